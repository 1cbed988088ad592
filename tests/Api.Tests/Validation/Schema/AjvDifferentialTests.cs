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

    [Theory]
    [InlineData("schema")]
    [InlineData("meta/core")]
    [InlineData("meta/applicator")]
    [InlineData("meta/unevaluated")]
    [InlineData("meta/validation")]
    [InlineData("meta/meta-data")]
    [InlineData("meta/format-annotation")]
    [InlineData("meta/content")]
    public void The_metaschemas_are_those_that_ajv_ships(string name)
    {
        using var ours = JsonDocument.Parse(SchemaDocuments.Metaschemas.Find("https://json-schema.org/draft/2020-12/" + name)!, default);
        using var theirs = JsonDocument.Parse(File.ReadAllBytes(Ajv.MetaschemaOrSkip(name)), default);

        Assert.True(JsonElement.DeepEquals(theirs.RootElement, ours.RootElement));
    }

    [Theory]
    [InlineData(8203UL)]
    public async Task What_breaks_the_metaschema_is_refused_and_what_keeps_it_is_compiled(ulong seed)
    {
        using var ajv = Ajv.StartOrSkip();
        var random = new Dice(seed);
        var (schemas, instances) = (new RandomSchema(random, plain: true), new RandomInstance(random));
        const int count = Schemas / 2;
        var broken = 0;
        for (var i = 0; i < count; i++)
        {
            var schema = schemas.Next();
            // A keyword with a value of any kind: wrong more often than not.
            var keyword = random.Of(
                "type", "minimum", "multipleOf", "maxLength", "pattern", "required", "dependentRequired", "uniqueItems", "minContains", "items",
                "prefixItems", "contains", "properties", "propertyNames", "allOf", "not", "if", "dependentSchemas", "unevaluatedItems", "title", "format",
                "deprecated", "examples", "$comment", "$anchor", "contentSchema", "contentEncoding", "$vocabulary", "x-mcp-header", "default");
            schema["$defs"]!["d0"]!["properties"] = new JsonObject { ["p"] = new JsonObject { [keyword] = instances.Next() } };
            var (_, refused) = await ajv.JudgeAsync(schema, [], TestContext.Current.CancellationToken);
            var compiles = SchemaCompiler.TryCompile(JsonSerializer.SerializeToUtf8Bytes(schema), out _, out var fault);

            Assert.True(compiles == refused is null, $"seed {seed}, schema {i}, {keyword}: ajv says {refused ?? "yes"}, we say {fault} of\n{schema["$defs"]!["d0"]!["properties"]!.ToJsonString()}");
            broken += compiles ? 0 : 1;
        }

        output.WriteLine($"{broken} of {count} schemas refused, by both");
        Assert.InRange(broken, count / 10, count * 9 / 10);
    }
}
