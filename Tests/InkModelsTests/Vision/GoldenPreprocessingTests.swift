import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

/// Preprocessing against the Pillow form of transformers' image processors.
@Suite("Golden preprocessing")
struct GoldenPreprocessingTests {
  private static let fixtures = GoldenModel.fixture("llava").folder.deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The folder that holds `preprocessing` and `images`: that of `INKSTONE_GOLDEN` where it has both, else the fixtures.
  private static let folders: (cases: URL, images: URL) = {
    let own = GoldenModel.root.deletingLastPathComponent()
    let cases = own.appendingPathComponent("preprocessing")
    if FileManager.default.fileExists(atPath: cases.path) { return (cases, own.appendingPathComponent("images")) }
    let tests = fixtures.deletingLastPathComponent().deletingLastPathComponent()
    return (
      fixtures.appendingPathComponent("preprocessing"), tests.appendingPathComponent("InkFormatsTests/Fixtures/images")
    )
  }()

  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folders.cases.path)) ?? []).sorted()

  @Test("pixels are those of the reference", arguments: names)
  func pixels(name: String) throws {
    let folder = Self.folders.cases.appendingPathComponent(name)
    let config = try JSONDocument.open(folder.appendingPathComponent("preprocessor_config.json").path).root
    let preprocessing = try ImagePreprocessing(ModelConfiguration(config))
    let expected = try SafetensorsFile.open(folder.appendingPathComponent("expected.safetensors").path)
    #expect(!expected.tensorNames.isEmpty)
    for tensor in expected.tensorNames {
      let file = Self.folders.images.appendingPathComponent(String(tensor.dropFirst("pixel_values.".count)))
      let image = try RasterImage.decode([UInt8](try Data(contentsOf: file)), name: file.path)
      let pixels = try preprocessing(image)
      let reference = try expected.tensor(tensor)
      #expect(pixels.shape == reference.shape)
      var worst: Float = 0
      for (found, wanted) in zip(pixels.toArray(), reference.toArray()) { worst = max(worst, abs(found - wanted)) }
      // A step of one in 255 would be 0.004 before and 0.014 behind the normalization.
      #expect(worst <= 1e-6, "\(name) \(tensor): \(worst)")
    }
  }

  @Test(
    "a step that is not computed is refused by its key",
    arguments: [
      (#"{"image_processor_type": "ViTImageProcessor"}"#, "image_processor_type"), ("{}", "image_processor_type"),
      (#"{"image_processor_type": "CLIPImageProcessor", "do_flip": true}"#, "do_flip"),
      (#"{"image_processor_type": "CLIPImageProcessor", "resample": 0}"#, "resample"),
      (#"{"image_processor_type": "CLIPImageProcessor", "do_pad": true}"#, "do_pad"),
      (#"{"image_processor_type": "CLIPImageProcessor", "size": {"longest_edge": 5}}"#, "size"),
      (#"{"image_processor_type": "CLIPImageProcessor", "size": -3}"#, "size"),
      (#"{"image_processor_type": "CLIPImageProcessor", "crop_size": 99999999}"#, "crop_size"),
      (#"{"image_processor_type": "CLIPImageProcessor", "image_std": [1, 0, 1]}"#, "image_std"),
      (#"{"image_processor_type": "CLIPImageProcessor", "image_mean": [1, 2]}"#, "image_mean"),
      (#"{"image_processor_type": "CLIPImageProcessor", "image_mean": [1, 2, 1e300]}"#, "image_mean"),
    ])
  func refused(json: String, key: String) throws {
    let node = try JSONDocument(Array(json.utf8), file: "preprocessor_config.json").root
    let error = try #require(throws: ModelLoadError.self) { try ImagePreprocessing(ModelConfiguration(node)) }
    #expect(error.context.contains(key), "\(error)")
  }

  @Test("a picture one pixel wide does not become a picture of billions")
  func narrow() throws {
    let image = try RasterImage(width: 1, height: 1 << 20, samples: Array(repeating: 7, count: 3 << 20))
    let preprocessing = ImagePreprocessing(
      scaling: .shortestEdge(336), crop: .centre(width: 336, height: 336), normalization: nil)
    #expect(throws: FormatError.self) { try preprocessing(image) }
  }
}
