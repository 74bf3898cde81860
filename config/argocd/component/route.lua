-- A route of the Gateway API that the gate has parked is taken by no Gateway until its hosts are filed: Suspended, with what
-- it waits for. All others are judged by what their Gateways say of them as they are now: refused by one, Degraded; not yet
-- carried out by one, or not seen by any, Progressing.

local metadata = obj.metadata
if metadata.labels ~= nil and metadata.labels["icp.beian.dev/parked"] == "true" then
  local because = nil
  if metadata.annotations ~= nil then
    because = metadata.annotations["icp.beian.dev/parked-because"]
  end
  return {status = "Suspended", message = because or "parked until its hosts are filed"}
end

-- What a Gateway said of an earlier generation says nothing of this one.
local function current(conditions)
  local found = {}
  for _, c in ipairs(conditions or {}) do
    if metadata.generation == nil or c.observedGeneration == nil or c.observedGeneration == metadata.generation then
      found[c.type] = c
    end
  end
  return found
end

local function about(parent, c)
  local name = ""
  if parent.parentRef ~= nil and parent.parentRef.name ~= nil then
    name = parent.parentRef.name
  end
  return "Gateway " .. name .. ": " .. (c.message or c.reason or c.type)
end

local accepted, waiting = false, nil
if obj.status ~= nil then
  for _, parent in ipairs(obj.status.parents or {}) do
    local says = current(parent.conditions)
    for _, kind in ipairs({"ResolvedRefs", "Accepted"}) do
      if says[kind] ~= nil and says[kind].status == "False" then
        return {status = "Degraded", message = about(parent, says[kind])}
      end
    end
    if says.Programmed ~= nil and says.Programmed.status ~= "True" then
      waiting = waiting or about(parent, says.Programmed)
    elseif says.Accepted ~= nil and says.Accepted.status == "True" then
      accepted = true
    end
  end
end
if waiting ~= nil then
  return {status = "Progressing", message = waiting}
end
if accepted then
  return {status = "Healthy", message = ""}
end
return {status = "Progressing", message = "no Gateway has taken it yet"}
