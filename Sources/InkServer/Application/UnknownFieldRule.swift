/// What becomes of a request with a field that the route does not know.
public enum UnknownFieldRule: Sendable, Hashable {
  /// It is answered, and the header `x-inkstone-warning` names the field.
  case warn
  /// It is refused with status 400 (`unknown_parameter`).
  case refuse
}
