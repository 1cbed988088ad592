using System.Text;
using Platform.Api.Validation.Schema;
using static Platform.Api.Tests.Validation.Schema.SchemaAssertions;

namespace Platform.Api.Tests.Validation.Schema;

[Trait("Control", "IN-2")]
public sealed class SchemaReferenceTests
{
    /// <summary>The examples of RFC 3986 §5.4.</summary>
    [Theory]
    [InlineData("g:h", "g:h")]
    [InlineData("g", "http://a/b/c/g")]
    [InlineData("./g", "http://a/b/c/g")]
    [InlineData("g/", "http://a/b/c/g/")]
    [InlineData("/g", "http://a/g")]
    [InlineData("//g", "http://g")]
    [InlineData("?y", "http://a/b/c/d;p?y")]
    [InlineData("g?y", "http://a/b/c/g?y")]
    [InlineData("#s", "http://a/b/c/d;p?q")]
    [InlineData("g#s", "http://a/b/c/g")]
    [InlineData(";x", "http://a/b/c/;x")]
    [InlineData("", "http://a/b/c/d;p?q")]
    [InlineData(".", "http://a/b/c/")]
    [InlineData("./", "http://a/b/c/")]
    [InlineData("..", "http://a/b/")]
    [InlineData("../g", "http://a/b/g")]
    [InlineData("../..", "http://a/")]
    [InlineData("../../g", "http://a/g")]
    [InlineData("../../../g", "http://a/g")]
    [InlineData("/./g", "http://a/g")]
    [InlineData("/../g", "http://a/g")]
    [InlineData("g.", "http://a/b/c/g.")]
    [InlineData("..g", "http://a/b/c/..g")]
    [InlineData("./../g", "http://a/b/g")]
    [InlineData("g/./h", "http://a/b/c/g/h")]
    [InlineData("g/../h", "http://a/b/c/h")]
    [InlineData("g?y/../x", "http://a/b/c/g?y/../x")]
    public void References_resolve_as_RFC_3986_says(string reference, string target) =>
        Assert.Equal(target, SchemaUri.Resolve("http://a/b/c/d;p?q", reference, out _));

    [Fact]
    public void A_reference_to_another_document_leads_to_it_only_if_it_is_in_the_set()
    {
        var schema = """{"$id":"https://example.com/a","$ref":"b#/$defs/c"}"""u8;
        var more = SchemaDocuments.Metaschemas.With([KeyValuePair.Create("https://example.com/b", """{"$defs":{"c":{"type":"null"}}}"""u8.ToArray())]);

        Assert.True(SchemaCompiler.TryCompile(schema, more, out _, out _));
        Assert.False(SchemaCompiler.TryCompile(schema, out _, out var fault));
        Assert.Equal("unsupported '$ref': it leads out of the schema, and nothing is fetched at ''", fault.ToString());
    }

    [Fact]
    public void A_fault_in_another_document_says_where()
    {
        var more = SchemaDocuments.Metaschemas.With([KeyValuePair.Create("https://example.com/b", """{"items":{"type":"text"}}"""u8.ToArray())]);

        Assert.False(SchemaCompiler.TryCompile("""{"$ref":"https://example.com/b"}"""u8, more, out _, out var fault));
        Assert.Equal("https://example.com/b#/items/type", fault.Pointer);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#/$defs/b"}},"unevaluatedItems":{"contains":true}}""", true)]
    [InlineData("""{"properties":{"a":{"minLength":-1}}}""", false)]
    [InlineData("""{"allOf":[{"items":{"anyOf":[{"not":{"required":["a","a"]}}]}}]}""", false)]
    [InlineData("""{"$defs":{"a":{"$anchor":"1"}}}""", false)]
    [InlineData("true", true)]
    [InlineData("[]", false)]
    public void A_schema_can_be_an_instance_of_the_metaschema(string instance, bool valid) =>
        Assert.Equal(valid, IsValid("""{"$ref":"https://json-schema.org/draft/2020-12/schema"}""", instance));

    [Fact]
    public void A_dynamic_reference_follows_the_way_it_was_reached()
    {
        const string schema =
            """
            {"$id":"https://example.com/strict-tree","$dynamicAnchor":"node","$ref":"tree","unevaluatedProperties":false,
             "$defs":{"tree":{"$id":"tree","$dynamicAnchor":"node","type":"object",
               "properties":{"data":true,"children":{"type":"array","items":{"$dynamicRef":"#node"}}}}}}
            """;

        Assert.True(IsValid(schema, """{"children":[{"data":1,"children":[{"data":2}]}]}"""));
        Assert.Equal(
            new SchemaError("/children/0/children/0/daat", "unevaluatedProperties", "must not be present"),
            Error(schema, """{"children":[{"data":1,"children":[{"daat":2}]}]}"""));
        Assert.True(IsValid(schema.Replace("\"$dynamicRef\"", "\"$ref\"", StringComparison.Ordinal), """{"children":[{"daat":1}]}"""));
    }

    [Fact]
    public void A_vocabulary_the_metaschema_lacks_is_not_applied()
    {
        var documents = SchemaDocuments.Metaschemas.With([KeyValuePair.Create(
            "https://example.com/meta",
            """{"$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/core":true,"https://json-schema.org/draft/2020-12/vocab/validation":true}}"""u8.ToArray())]);
        var compiles = SchemaCompiler.TryCompile(
            """{"$schema":"https://example.com/meta","minimum":1,"not":{},"$ref":"#/$defs/a","$defs":{"a":{"maximum":5}}}"""u8, documents, out var schema, out var fault);
        Assert.True(compiles, fault.ToString());

        var error = default(SchemaError);
        bool[] verdicts = [schema!.Validate("1"u8, ref error), schema.Validate("0"u8, ref error), schema.Validate("6"u8, ref error)];
        Assert.Equal([true, false, false], verdicts);
    }

    [Fact]
    public void A_vocabulary_that_a_metaschema_requires_and_we_lack_refuses_the_schema()
    {
        var documents = SchemaDocuments.Metaschemas.With(
            [KeyValuePair.Create("https://example.com/meta", """{"$vocabulary":{"https://example.com/vocabulary":true}}"""u8.ToArray())]);

        Assert.False(SchemaCompiler.TryCompile(Encoding.UTF8.GetBytes("""{"$schema":"https://example.com/meta"}"""), documents, out _, out var fault));
        Assert.Equal("unsupported dialect: the metaschema requires a vocabulary that is not implemented", fault.Reason);
    }
}
