-- An IcpFiling takes weeks, most of which it waits for people: that is Suspended, with what it waits for as the message.
-- Progressing is what the operator does itself and takes moments. Degraded is what stays as it is until somebody changes
-- something: the manifest, or the cluster.

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

local function health(status, message)
  return {status = status, message = message or ""}
end

local ready = condition("Ready")
if ready == nil then
  return health("Progressing", "the operator has not seen it yet")
end
-- That of the status stays behind as long as a changed spec cannot be taken to the provider, which the condition tells.
if ready.observedGeneration ~= obj.metadata.generation then
  return health("Progressing", "the operator has not seen its latest change yet")
end

local exposure = condition("ExposureAllowed")
if ready.status == "True" then
  if exposure ~= nil and exposure.status == "False" then
    return health("Degraded", "in force, and its gate is closed: " .. exposure.reason .. ": " .. exposure.message)
  end
  local message = ready.message
  local action = obj.status.nextAction
  if action ~= nil and action.dueDate ~= nil then
    message = message .. "; next, by " .. action.dueDate .. ": " .. (action.description or "")
  end
  return health("Healthy", message)
end

-- Where the prerequisites are not met, what is missing stands in a condition of its own.
local message = ready.message
local prerequisites = condition("PrerequisitesMet")
if ready.reason == "PrerequisitesNotMet" and prerequisites ~= nil then
  message = prerequisites.message
end
message = ready.reason .. ": " .. message

local stalled = condition("Stalled")
if stalled ~= nil and stalled.status == "True" then
  return health("Degraded", message)
end
-- Not stalled, since what is missing may be applied a moment later; yet nothing goes on before it is.
local needsAdmin = {ProviderNotFound = true, ProviderNotAllowed = true, Misconfigured = true}
if needsAdmin[ready.reason] then
  return health("Degraded", message)
end
if ready.reason == "Progressing" or ready.reason == "Deleting" then
  return health("Progressing", message)
end
return health("Suspended", message)
