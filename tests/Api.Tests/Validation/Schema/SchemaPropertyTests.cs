using System.Text;
using CsCheck;
using Platform.Api.Validation.Schema;

namespace Platform.Api.Tests.Validation.Schema;

/// <summary>Whatever is registered or sent, the answer is yes or no, never an exception.</summary>
[Trait("Control", "IN-2")]
public sealed class SchemaPropertyTests
{
    private static readonly Gen<string> Scalar = OneOfThese("true", "false", "null", "0", "-1", "1.5", "1e308", "1e-400", "\"a\"", "\"\\ud83d\\ude00\"", "\"#\"", "\"#/$defs/a\"", "\"(a+)+$\"", "\"object\"", "\"http://169.254.169.254/\"", "[]", "{}");

    private static readonly Gen<string> Keyword = OneOfThese("type", "properties", "required", "items", "prefixItems", "contains", "$ref", "$dynamicRef", "$anchor", "$dynamicAnchor", "$id", "$defs", "enum", "const", "anyOf", "oneOf", "allOf", "not", "if", "then", "else", "pattern", "patternProperties", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "minLength", "maxItems", "uniqueItems", "multipleOf", "maximum", "dependentRequired", "dependentSchemas", "propertyNames", "format", "$vocabulary", "a", "x");

    private static readonly Gen<string> Value = Gen.Recursive<string>((depth, value) => depth > 5
        ? Scalar
        : Gen.Frequency(
            (4, Scalar),
            (2, value.Array[0, 3].Select(items => $"[{string.Join(',', items)}]")),
            (4, Gen.Select(Keyword, value, (name, content) => $"\"{name}\":{content}").Array[0, 4].Select(properties => $"{{{string.Join(',', properties)}}}"))));

    /// <summary>Keywords with values of their kind, so that many of these are schemas.</summary>
    private static readonly Gen<string> Schema = Gen.Recursive<string>((depth, schema) => depth > 4
        ? OneOfThese("true", "false", "{}", "{\"type\":\"string\"}", "{\"pattern\":\"^(a+)+$\"}")
        : Gen.OneOf(
            OneOfThese("\"type\":\"object\"", "\"type\":[\"array\",\"null\"]", "\"required\":[\"a\"]", "\"$ref\":\"#/$defs/a\"", "\"$ref\":\"#\"", "\"$anchor\":\"x\"", "\"multipleOf\":0.01", "\"uniqueItems\":true", "\"minLength\":1", "\"enum\":[1,\"a\",null]", "\"const\":1e308", "\"pattern\":\"(a|b)*$\""),
            schema.Select(inner => $"\"not\":{inner}"),
            schema.Select(inner => $"\"$defs\":{{\"a\":{inner}}}"),
            schema.Select(inner => $"\"items\":{inner}"),
            schema.Select(inner => $"\"unevaluatedProperties\":{inner}"),
            schema.Select(inner => $"\"properties\":{{\"a\":{inner}}}"),
            schema.Array[1, 2].Select(inner => $"\"anyOf\":[{string.Join(',', inner)}]"))
            .Array[0, 3].Select(keywords => $"{{{string.Join(',', keywords)}}}"));

    private static readonly Gen<byte[]> Text = Gen.OneOf(Schema.Select(Encoding.UTF8.GetBytes), Value.Select(Encoding.UTF8.GetBytes), Gen.Byte.Array[0, 60], Gen.String.Select(Encoding.UTF8.GetBytes));

    [Fact]
    public void No_schema_and_no_instance_makes_it_throw() => Gen.Select(Text, Text).Sample((schemaText, instance) =>
    {
        if (!SchemaCompiler.TryCompile(schemaText, out var schema, out _))
        {
            return;
        }

        var error = default(SchemaError);
        schema.Validate(instance, ref error);
    }, iter: 50_000);

    [Fact]
    public void The_generator_makes_schemas_of_both_kinds()
    {
        var compiled = 0;
        Text.Sample(text => Interlocked.Add(ref compiled, SchemaCompiler.TryCompile(text, out _, out _) ? 1 : 0), iter: 5_000, threads: 1);

        Assert.InRange(compiled, 250, 4_750);
    }

    private static Gen<string> OneOfThese(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);
}
