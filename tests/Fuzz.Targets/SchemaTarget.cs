using System.Text;
using Platform.Api.Validation.Schema;

namespace Platform.Fuzz.Targets;

/// <summary>A schema, a zero byte, an instance: neither compiling nor judging throws, and the same question has the same answer.</summary>
internal sealed class SchemaTarget
{
    public static void Run(byte[] input)
    {
        var cut = Array.IndexOf(input, (byte)0);
        ReadOnlySpan<byte> schemaText = cut < 0 ? input : input.AsSpan(0, cut);
        ReadOnlySpan<byte> instance = cut < 0 ? "{}"u8 : input.AsSpan(cut + 1);
        var compiled = SchemaCompiler.TryCompile(schemaText, out var schema, out _);
        BrokenRuleException.Unless(compiled == schema is not null, "A schema was made and refused.");
        if (schema is null)
        {
            return;
        }

        var (first, second) = (default(SchemaError), default(SchemaError));
        BrokenRuleException.Unless(schema.Validate(instance, ref first) == schema.Validate(instance, ref second), "The same instance was judged in two ways.");
        if (schemaText.SequenceEqual("false"u8))
        {
            BrokenRuleException.Unless(!schema.Validate(instance, ref first), $"'false' accepts {Encoding.UTF8.GetString(instance)}.");
        }
    }
}
