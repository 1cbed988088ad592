using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>
/// Turns a tool's JSON Schema 2020-12 into a <see cref="CompiledSchema"/>, or says what is wrong with it. All keywords of the
/// dialect are applied or, where the specification has it so, annotations; so are keywords it does not know.
/// </summary>
internal static class SchemaCompiler
{
    public static bool TryCompile(
        ReadOnlySpan<byte> schemaJson, [NotNullWhen(true)] out CompiledSchema? schema, out SchemaFault fault) =>
        TryCompile(schemaJson, SchemaDocuments.Metaschemas, out schema, out fault);

    /// <param name="schemaJson">The tenant's schema.</param>
    /// <param name="documents">Trusted documents it may refer to; there are no others.</param>
    /// <param name="schema">The schema, when the answer is true.</param>
    /// <param name="fault">Why it is refused.</param>
    public static bool TryCompile(
        ReadOnlySpan<byte> schemaJson, SchemaDocuments documents, [NotNullWhen(true)] out CompiledSchema? schema, out SchemaFault fault)
    {
        schema = null;
        if (CheckText(schemaJson) is { } refused)
        {
            fault = refused;
            return false;
        }

        using var document = JsonDocument.Parse(
            schemaJson.ToArray(), new JsonDocumentOptions { MaxDepth = SchemaLimits.MaxDepth });
        using var builder = new SchemaBuilder(documents);
        var root = builder.Build(document.RootElement);
        fault = builder.Fault ?? default;
        schema = root is null ? null : new CompiledSchema(root, builder.NeedsScope);
        return schema is not null;
    }

    private static SchemaFault? CheckText(ReadOnlySpan<byte> schemaJson)
    {
        if (schemaJson.Length > SchemaLimits.MaxBytes)
        {
            return new SchemaFault(SchemaFaultKind.TooLarge, "", $"the schema is longer than {SchemaLimits.MaxBytes} bytes");
        }

        var bare = schemaJson.Trim(" \t\r\n"u8);
        if (bare.SequenceEqual("true"u8) || bare.SequenceEqual("false"u8))
        {
            return null;
        }

        var verdict = JsonGuard.Check(schemaJson, SchemaLimits.Text);
        if (verdict.Accepted)
        {
            return null;
        }

        var kind = verdict.Fault is JsonFault.TooDeep or JsonFault.TooManyProperties or JsonFault.TooManyItems
            or JsonFault.TooManyNodes or JsonFault.StringTooLong or JsonFault.NumberOutOfRange
            ? SchemaFaultKind.TooLarge
            : SchemaFaultKind.Invalid;
        return new SchemaFault(kind, "", $"the schema's text is refused: {JsonGuard.Describe(verdict.Fault, SchemaLimits.Text)}");
    }
}
