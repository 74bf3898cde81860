-- An ExposurePolicy is Healthy while the gate is as it says, and every filed domain is cleared where it should be.

local function condition(kind)
  if obj.status == nil or obj.status.conditions == nil then
    return nil
  end
  for _, c in ipairs(obj.status.conditions) do
    if c.type == kind then
      return c
    end
  end
  return nil
end

local function health(status, c)
  return {status = status, message = c.reason .. ": " .. c.message}
end

local ready = condition("Ready")
if ready == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return {status = "Progressing", message = "the operator has not seen it, or its latest change, yet"}
end
if ready.status == "Unknown" then
  return health("Progressing", ready)
end
if ready.status == "False" then
  return health("Degraded", ready)
end
-- Sites are closed though they are filed.
local complete = condition("ClearancesComplete")
if complete ~= nil and complete.status == "False" then
  return health("Degraded", complete)
end
-- A kind that is not served is gated as soon as it is: one manifest for many clusters is no fault.
local watched = condition("RouteKindsWatched")
if watched ~= nil and watched.status == "False" then
  if watched.reason == "Releasing" then
    return health("Progressing", watched)
  end
  if watched.reason ~= "NotServed" then
    return health("Degraded", watched)
  end
end
-- Where nothing parks, mode Hold refuses as Deny does.
local hold = condition("HoldSupported")
if obj.spec ~= nil and obj.spec.defaultMode == "Hold" and hold ~= nil then
  if hold.status == "Unknown" then
    return health("Progressing", hold)
  end
  if hold.status == "False" then
    return health("Degraded", hold)
  end
end
return {status = "Healthy", message = ready.message}
