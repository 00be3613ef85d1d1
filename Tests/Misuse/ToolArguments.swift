// error: has no member 'town'
import Inkstone

/// A tool's function is written in the type that its schema is made from.
struct Place: Decodable, Sendable { var city: String }

func weather() throws -> AgentTool {
  try AgentTool("weather", "Tells the weather in a city.") { (place: Place, _) throws(ChainError) in
    #if MISUSE
      "Rain in \(place.town)."
    #else
      "Rain in \(place.city)."
    #endif
  }
}
