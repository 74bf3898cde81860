-- An IcpReview is a record: it counts, or it does not, and then it says why. One whose filing is not there yet waits for it.

local applied = nil
if obj.status ~= nil and obj.status.conditions ~= nil then
  for _, c in ipairs(obj.status.conditions) do
    if c.type == "Applied" then
      applied = c
    end
  end
end
if applied == nil then
  return {status = "Progressing", message = "the operator has not seen it yet"}
end
local message = applied.reason .. ": " .. (applied.message or "")
if applied.status == "True" then
  return {status = "Healthy", message = message}
end
if applied.reason == "FilingNotFound" then
  return {status = "Suspended", message = message}
end
return {status = "Degraded", message = message}
