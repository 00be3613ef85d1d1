import InkFormats
import InkModels
import InkTensor
import Testing

/// What is loaded can be written back: the map from names and layouts runs both ways.
@Suite("Export of weights")
struct ExportTests {
  @Test("a model's weights under the names of its checkpoint are the checkpoint", arguments: GoldenModel.decoders)
  func roundTrip(model: GoldenModel) throws {
    let folder = try ModelFolder.open(model.path())
    let family = try FamilyRegistry.family(modelType: folder.config["model_type"].string)
    let spec = try family.spec(ModelConfiguration(folder.config))
    let source = try folder.weights.open()
    let map = family.huggingFaceWeights(spec)
    let loaded = try map.load(source)
    try loaded.requireComplete()
    let inside = try TensorCollection(loaded.names.map { try loaded.stored($0) })
    let written = try TensorCollection(map.export(inside))
    #expect(Set(written.tensorNames) == Set(source.tensorNames).subtracting(loaded.dropped))
    for name in written.tensorNames {
      let (found, expected) = (try written.stored(name).float32(), try source.stored(name).float32())
      #expect(found.shape == expected.shape, "\(name)")
      #expect(found.toArray() == expected.toArray(), "\(name)")
    }
  }
}
