import Foundation

extension GoldenModel {
  /// A model of the fixtures, wherever the reference data of other tests comes from: tests that name sizes need it.
  static func fixture(_ name: String) -> GoldenModel {
    GoldenModel(name: name, folder: fixtures.appendingPathComponent(name))
  }

  /// The decoders of the fixtures.
  static let fixtureDecoders = decoders(in: fixtures)
}
