import InkChat

/// A message that could not be read, with the identifier to answer to.
struct RemoteCallFault: Error, Hashable {
  let id: JSONValue
  let failure: RemoteCallFailure
}
