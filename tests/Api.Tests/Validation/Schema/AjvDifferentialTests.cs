using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Api.Validation.Schema;

namespace Platform.Api.Tests.Validation.Schema;

/// <summary>
/// The compiled validator against npm's ajv 8.20, which shares no line with it, over generated schemas and instances.
/// Generated schemas leave out where ajv fails the official suite itself (54 of its tests) or says otherwise than the
/// specification: "unevaluatedItems" with "contains", "items" or branches over items; "if" beside "unevaluated…"; "contains" that
/// is always true or stands beside "prefixItems"; anything beside a "$dynamicRef", and anchors for it below a resource's root;
/// "$ref" beside "$id"; an empty "enum". SchemaDifferentialTests covers these.
/// </summary>
[Trait("Control", "IN-2")]
public sealed class AjvDifferentialTests(ITestOutputHelper output)
{
    private const int Schemas = 500;
    private const int Instances = 12;

    [Theory]
    [InlineData(8201UL)]
    [InlineData(8202UL)]
    public async Task Verdicts_agree_with_ajv(ulong seed)
    {
        using var ajv = Ajv.StartOrSkip();
        var random = new Dice(seed);
        var (schemas, instances) = (new RandomSchema(random, plain: true), new RandomInstance(random));
        var (valid, invalid, crashes) = (0, 0, 0);
        for (var i = 0; i < Schemas; i++)
        {
            var schema = schemas.Next();
            JsonNode?[] values = [.. Enumerable.Range(0, Instances).Select(_ => instances.Next())];
            var (expected, refused) = await ajv.JudgeAsync(schema, values, TestContext.Current.CancellationToken);
            Assert.True(refused is null, $"seed {seed}, schema {i}: ajv does not compile\n{schema.ToJsonString()}\n{refused}");
            Assert.True(SchemaCompiler.TryCompile(JsonSerializer.SerializeToUtf8Bytes(schema), out var compiled, out var fault), $"seed {seed}, schema {i}: {fault}");
            for (var j = 0; j < Instances; j++)
            {
                if (expected[j] is null)
                {
                    crashes++;
                    continue;
                }

                var error = default(SchemaError);
                var actual = compiled.Validate(JsonSerializer.SerializeToUtf8Bytes(values[j]), ref error);
                Assert.True(actual == expected[j], $"seed {seed}, schema {i}: ajv says {expected[j]} of\n{schema.ToJsonString()}\nfor\n{values[j]?.ToJsonString()}\n{error}");
                _ = actual ? valid++ : invalid++;
            }
        }

        output.WriteLine($"seed {seed}: {valid} valid, {invalid} invalid, all agreed; ajv crashed on {crashes}");
        Assert.InRange(crashes, 0, Schemas * Instances / 50);
        Assert.InRange(valid, Schemas * Instances / 5, Schemas * Instances * 4 / 5);
    }
}
