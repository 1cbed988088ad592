namespace Platform.Api.Validation.Schema;

/// <summary>Why a schema was refused at registration.</summary>
internal enum SchemaFaultKind
{
    Invalid = 0,
    Unsupported = 1,
    TooLarge = 2,
}

/// <param name="Kind">Whether the schema is wrong, beyond what we implement, or beyond what we afford.</param>
/// <param name="Pointer">JSON Pointer into the schema.</param>
/// <param name="Reason">For the person who registers the tool.</param>
internal readonly record struct SchemaFault(SchemaFaultKind Kind, string Pointer, string Reason)
{
    public override string ToString() => $"{Reason} at '{Pointer}'";
}
