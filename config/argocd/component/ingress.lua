-- An Ingress that the gate has parked is served by no controller until its hosts are filed: Suspended, with what it waits for.
-- All others are judged as Argo CD judges them itself, by whether a controller has given them an address.

if obj.spec ~= nil and obj.spec.ingressClassName == "icp-parked" then
  local because = nil
  if obj.metadata.annotations ~= nil then
    because = obj.metadata.annotations["icp.beian.dev/parked-because"]
  end
  return {status = "Suspended", message = because or "parked until its hosts are filed"}
end
local balancer = nil
if obj.status ~= nil then
  balancer = obj.status.loadBalancer
end
if balancer ~= nil and balancer.ingress ~= nil and #balancer.ingress > 0 then
  return {status = "Healthy", message = ""}
end
return {status = "Progressing", message = ""}
