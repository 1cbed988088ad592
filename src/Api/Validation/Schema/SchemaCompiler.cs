using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>
/// Turns a tool's JSON Schema 2020-12 into a <see cref="CompiledSchema"/>, or says what is wrong with it. What is not
/// implemented is refused, never ignored: a tenant must not believe in a rule that nobody applies.
/// </summary>
internal static class SchemaCompiler
{
    public static bool TryCompile(
        ReadOnlySpan<byte> schemaJson, [NotNullWhen(true)] out CompiledSchema? schema, out SchemaFault fault)
    {
        schema = null;
        if (CheckText(schemaJson) is { } refused)
        {
            fault = refused;
            return false;
        }

        using var document = JsonDocument.Parse(
            schemaJson.ToArray(), new JsonDocumentOptions { MaxDepth = SchemaLimits.MaxDepth });
        var builder = new SchemaBuilder(document.RootElement);
        var root = builder.Build();
        fault = builder.Fault ?? default;
        if (builder.Fault is not null)
        {
            return false;
        }

        schema = new CompiledSchema(root);
        return true;
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
