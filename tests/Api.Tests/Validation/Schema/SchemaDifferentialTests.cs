using System.Text.Json;
using Platform.Api.Validation.Schema;

namespace Platform.Api.Tests.Validation.Schema;

/// <summary>The compiled validator against the specification taken literally, over generated schemas and instances.</summary>
[Trait("Control", "IN-2")]
public sealed class SchemaDifferentialTests(ITestOutputHelper output)
{
    private const int Schemas = 2_000;
    private const int Instances = 12;

    [Theory]
    [InlineData(20201201)]
    [InlineData(20201202)]
    public void Verdicts_agree_with_a_literal_reading_of_the_specification(ulong seed)
    {
        var random = new Dice(seed);
        var (schemas, instances) = (new RandomSchema(random, plain: false), new RandomInstance(random));
        var (valid, invalid) = (0, 0);
        for (var i = 0; i < Schemas; i++)
        {
            var schema = JsonSerializer.SerializeToUtf8Bytes(schemas.Next());
            using var document = JsonDocument.Parse(schema, default);
            var literal = new SlowSchema(document.RootElement);
            Assert.True(SchemaCompiler.TryCompile(schema, out var compiled, out var fault), $"{fault}: {document.RootElement}");
            for (var j = 0; j < Instances; j++)
            {
                using var instance = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(instances.Next()), default);
                var expected = literal.IsValid(instance.RootElement);
                var error = default(SchemaError);
                var actual = compiled.Validate(JsonBodies.Utf8(instance.RootElement.GetRawText()), ref error);

                Assert.True(actual == expected, $"seed {seed}, schema {i}: expected {expected} of\n{document.RootElement}\nfor\n{instance.RootElement}\n{error}");
                _ = expected ? valid++ : invalid++;
            }
        }

        output.WriteLine($"seed {seed}: {valid} valid, {invalid} invalid, all agreed");
        Assert.InRange(valid, Schemas * Instances / 5, Schemas * Instances * 4 / 5);
    }
}
