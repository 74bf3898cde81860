-- A FilingProvider is Healthy while it answers, and its registry, where it has one.

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

local ready = condition("Ready")
if ready == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return {status = "Progressing", message = "the operator has not seen it, or its latest change, yet"}
end
if ready.status ~= "True" then
  return {status = "Degraded", message = ready.reason .. ": " .. ready.message}
end
local registry = condition("RegistryReady")
if registry ~= nil and registry.status == "False" then
  return {status = "Degraded", message = "its registry: " .. registry.reason .. ": " .. registry.message}
end
return {status = "Healthy", message = ready.message}
