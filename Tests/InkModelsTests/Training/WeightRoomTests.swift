import InkFormats
import InkModels
import InkTensor
import Testing

@Suite("Weights that no file limits")
struct WeightRoomTests {
  static let sources: [any WeightSource] = [PlannedWeights(), FreshWeights(layers: 2, seed: 1)]

  @Test(
    "a tensor that no machine holds is refused with its name and shape, by plans and by runs from nothing",
    arguments: sources.indices, [[1 << 28, 1 << 28], [1 << 40, 1 << 40], [1 << 62, 0, 8]] as [Shape])
  func tooLarge(source: Int, shape: Shape) throws {
    let error = try #require(throws: FormatError.self) {
      try Self.sources[source].stored("embedding.weight", shape: shape)
    }
    #expect(error.code == .outOfRange)
    #expect(error.description.contains("embedding.weight") && error.found.contains("\(shape)"))
  }

  @Test("a tensor that fits is given in its shape", arguments: sources.indices)
  func fitting(source: Int) throws {
    let stored = try Self.sources[source].stored("layers.0.mixer.output.weight", shape: [3, 5])
    #expect(stored.shape == [3, 5] && stored.info.byteCount == 60)
    #expect(MachineMemory.byteCount > 1 << 26)
  }
}
