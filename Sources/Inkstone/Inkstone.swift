@_exported public import InkChat
@_exported public import InkEvaluation
@_exported public import InkFormats
@_exported public import InkInference
@_exported public import InkModels
@_exported public import InkNN
@_exported public import InkTensor
@_exported public import InkTokenizers
