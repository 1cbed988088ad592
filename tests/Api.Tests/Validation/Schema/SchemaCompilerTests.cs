using System.Text;
using Platform.Api.Validation.Schema;

namespace Platform.Api.Tests.Validation.Schema;

[Trait("Control", "IN-2")]
public sealed class SchemaCompilerTests
{
    [Theory]
    [InlineData("""{"additionalItems":false}""", "additionalItems", "")]
    [InlineData("""{"properties":{"a/b":{"items":{"dependencies":{}}}}}""", "dependencies", "/properties/a~1b/items")]
    [InlineData("""{"$defs":{"unused":{"$recursiveRef":"#"}}}""", "$recursiveRef", "/$defs/unused")]
    [InlineData("""{"not":{"$recursiveAnchor":true}}""", "$recursiveAnchor", "/not")]
    public void A_keyword_that_only_earlier_dialects_apply_is_refused_and_never_ignored(string schema, string keyword, string place)
    {
        var fault = Refused(schema);

        Assert.Equal($"'{keyword}' is a keyword of earlier dialects and would not be applied at '{place}'", fault.ToString());
        Assert.Equal(SchemaFaultKind.Unsupported, fault.Kind);
    }

    [Theory]
    [InlineData("""{"$ref":"http://169.254.169.254/latest/meta-data"}""")]
    [InlineData("""{"$ref":"http://json-schema.org/draft-07/schema#"}""")]
    [InlineData("""{"$ref":"//169.254.169.254/latest"}""")]
    [InlineData("""{"$ref":"/etc/passwd"}""")]
    [InlineData("""{"$id":"http://169.254.169.254/","$ref":"latest/meta-data"}""")]
    [InlineData("""{"$id":"http://169.254.169.254/latest","$dynamicRef":"meta-data#x"}""")]
    [InlineData("""{"$dynamicRef":"https://example.com/#node"}""")]
    [InlineData("""{"$dynamicRef":"#missing"}""")]
    [InlineData("""{"$ref":"file:///etc/passwd"}""")]
    [InlineData("""{"$ref":"other.json"}""")]
    [InlineData("""{"$ref":"other.json#/$defs/a"}""")]
    [InlineData("""{"$ref":"#anchor"}""")]
    [InlineData("""{"$ref":"#anchor","const":{"$anchor":"anchor"}}""")]
    [InlineData("""{"$ref":"x","enum":[{"$id":"x"}]}""")]
    [InlineData("""{"$ref":"#/$defs/missing"}""")]
    [InlineData("""{"$ref":"#/const","const":{"type":"string"}}""")]
    [InlineData("""{"$ref":"#/x-data/a","x-data":{"a":{}}}""")]
    [InlineData("""{"$ref":"#/items/x-data","items":{"x-data":{}}}""")]
    [InlineData("""{"$ref":"#/$defs","$defs":{"a":{}}}""")]
    [InlineData("""{"$ref":"#/allOf/00","allOf":[{}]}""")]
    [InlineData("""{"$ref":"#/allOf","allOf":[{}]}""")]
    [InlineData("""{"$schema":"http://json-schema.org/draft-07/schema#"}""")]
    [InlineData("""{"$schema":"https://json-schema.org/draft/2020-12/schema#x"}""")]
    [InlineData("""{"items":{"$schema":"https://json-schema.org/draft/2020-12/meta/core"}}""")]
    [InlineData("""{"$schema":"https://json-schema.org/draft/2020-12/meta/format-assertion"}""")]
    [InlineData("""{"$schema":"http://169.254.169.254/meta"}""")]
    [InlineData("""{"multipleOf":0.1234567890123456789}""")]
    public void What_leads_out_of_the_schema_or_the_dialect_is_refused(string schema) =>
        Assert.Equal(SchemaFaultKind.Unsupported, Refused(schema).Kind);

    [Theory]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"$ref":""}""")]
    [InlineData("""{"$dynamicRef":"#"}""")]
    [InlineData("""{"$dynamicAnchor":"a","$dynamicRef":"#a"}""")]
    [InlineData("""{"$id":"https://example.com/a","$ref":"a"}""")]
    [InlineData("""{"dependentSchemas":{"a":{"$ref":"#"}}}""")]
    [InlineData("""{"allOf":[{"$ref":"#"}]}""")]
    [InlineData("""{"$defs":{"a":{"anyOf":[{"$ref":"#/$defs/b"}]},"b":{"not":{"$ref":"#/$defs/a"}}}}""")]
    [InlineData("""{"if":{"$ref":"#"}}""")]
    public void A_schema_that_applies_itself_to_the_same_value_is_refused(string schema) =>
        Assert.Equal(SchemaFaultKind.Invalid, Refused(schema).Kind);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("\"x\"")]
    [InlineData("[]")]
    [InlineData("truefalse")]
    [InlineData("""{"type":"string","type":"number"}""")]
    [InlineData("""{"type":"string","\u0074ype":"number"}""")]
    [InlineData("""{"type":"text"}""")]
    [InlineData("""{"type":[]}""")]
    [InlineData("""{"type":["string","string"]}""")]
    [InlineData("""{"type":null}""")]
    [InlineData("""{"enum":"a"}""")]
    [InlineData("""{"minLength":-1}""")]
    [InlineData("""{"minLength":1.5}""")]
    [InlineData("""{"maxItems":"3"}""")]
    [InlineData("""{"minimum":"3"}""")]
    [InlineData("""{"multipleOf":0}""")]
    [InlineData("""{"multipleOf":-2}""")]
    [InlineData("""{"required":["a","a"]}""")]
    [InlineData("""{"required":[1]}""")]
    [InlineData("""{"required":true}""")]
    [InlineData("""{"properties":[]}""")]
    [InlineData("""{"properties":{"a":1}}""")]
    [InlineData("""{"items":[{}]}""")]
    [InlineData("""{"anyOf":[]}""")]
    [InlineData("""{"allOf":{}}""")]
    [InlineData("""{"uniqueItems":1}""")]
    [InlineData("""{"pattern":1}""")]
    [InlineData("""{"$ref":1}""")]
    [InlineData("""{"$id":1}""")]
    [InlineData("""{"$id":"#a"}""")]
    [InlineData("""{"$id":"https://json-schema.org/draft/2020-12/schema"}""")]
    [InlineData("""{"$defs":{"a":{"$id":"https://json-schema.org/draft/2020-12/meta/core"}}}""")]
    [InlineData("""{"$defs":{"a":{"$id":"a"},"b":{"$id":"./a"}}}""")]
    [InlineData("""{"$defs":{"a":{"$anchor":"x"},"b":{"$dynamicAnchor":"x"}}}""")]
    [InlineData("""{"$anchor":"a b"}""")]
    [InlineData("""{"$anchor":""}""")]
    [InlineData("""{"$dynamicAnchor":"1"}""")]
    [InlineData("""{"$dynamicRef":1}""")]
    [InlineData("""{"$vocabulary":{"a":1}}""")]
    [InlineData("""{"$schema":1}""")]
    [InlineData("""{"contains":1}""")]
    [InlineData("""{"minContains":-1}""")]
    [InlineData("""{"prefixItems":[]}""")]
    [InlineData("""{"dependentRequired":{"a":"b"}}""")]
    [InlineData("""{"dependentRequired":{"a":["b","b"]}}""")]
    [InlineData("""{"dependentSchemas":{"a":["b"]}}""")]
    [InlineData("""{"unevaluatedItems":[]}""")]
    [InlineData("""{"unevaluatedProperties":"false"}""")]
    [InlineData("""{"contentSchema":1}""")]
    [InlineData("""{"title":1}""")]
    [InlineData("""{"examples":{}}""")]
    [InlineData("""{"deprecated":"yes"}""")]
    public void A_schema_that_is_wrong_is_refused_as_invalid(string schema) =>
        Assert.Equal(SchemaFaultKind.Invalid, Refused(schema).Kind);

    [Theory]
    [InlineData(@"(a)\\1")]
    [InlineData("(?=a)")]
    [InlineData("(?!a)")]
    [InlineData("(?<=a)b")]
    [InlineData("(?>a)")]
    [InlineData("(?i)a")]
    [InlineData("(?#x)a")]
    [InlineData("(")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("[]")]
    [InlineData("[b-a]")]
    [InlineData(@"[\\d-z]")]
    [InlineData("*")]
    [InlineData("a**")]
    [InlineData(@"\\A")]
    [InlineData(@"\\z")]
    [InlineData(@"\\G")]
    [InlineData(@"\\q")]
    [InlineData(@"\\k<a>")]
    [InlineData(@"\\p{IsGreek}")]
    [InlineData(@"\\p{Xx}")]
    [InlineData(@"\\p{L")]
    [InlineData(@"\\pL")]
    [InlineData(@"\\u{110000}")]
    [InlineData(@"\\uD800")]
    [InlineData(@"\\")]
    [InlineData("a{2001}")]
    [InlineData("a{99999}")]
    [InlineData("(a{50}){50}")]
    [InlineData("((a{20}){20}){20}")]
    public void A_pattern_that_cannot_be_matched_in_linear_time_as_it_is_meant_is_refused(string pattern)
    {
        var fault = Refused("{\"properties\":{\"a\":{\"pattern\":\"" + pattern + "\"}}}");

        Assert.Equal((SchemaFaultKind.Unsupported, "/properties/a/pattern"), (fault.Kind, fault.Pointer));
    }

    [Theory]
    [InlineData(999, true)]
    [InlineData(1_000, true)]
    [InlineData(1_001, false)]
    public void A_pattern_has_up_to_1000_characters(int length, bool accepted) =>
        Expect($$"""{"pattern":"{{new string('a', length)}}"}""", accepted, SchemaFaultKind.Unsupported);

    [Theory]
    [InlineData("^[a-z]{900}$", true)]
    [InlineData("^[a-z]{1001}$", false)]
    [InlineData(".{250}", true)]
    [InlineData(".{251}", false)]
    [InlineData("^a*.{250}", true)]
    [InlineData("^a*.{251}", false)]
    [InlineData("^.{251}|b", false)]
    [InlineData("^(?:a{25}){10}$", true)]
    [InlineData("^(?:(?:a{10}){10}){9}$", true)]
    [InlineData("^(?:(?:a{10}){10}){11}$", false)]
    public void A_pattern_unrolls_to_1000_positions_or_250_where_matches_overlap(string pattern, bool accepted) =>
        Expect("{\"pattern\":\"" + pattern + "\"}", accepted, SchemaFaultKind.Unsupported);

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void A_schema_has_up_to_100_patterns(int count, bool accepted) =>
        Expect(
            "{\"patternProperties\":{" + string.Join(',', Enumerable.Range(0, count).Select(i => $"\"p{i}\":true")) + "}}",
            accepted,
            SchemaFaultKind.TooLarge);

    [Theory]
    [InlineData(65_535, true)]
    [InlineData(65_536, true)]
    [InlineData(65_537, false)]
    public void A_schema_has_up_to_64_KiB(int length, bool accepted) =>
        Expect($$"""{"title":"{{new string('x', length - 12)}}"}""", accepted, SchemaFaultKind.TooLarge);

    [Theory]
    [InlineData(31, true)]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void A_schema_nests_to_depth_32(int depth, bool accepted) =>
        Expect(
            string.Concat(Enumerable.Repeat("{\"not\":", depth - 1)) + "{}" + new string('}', depth - 1),
            accepted,
            SchemaFaultKind.TooLarge);

    [Theory]
    [InlineData(998, true)]
    [InlineData(999, true)]
    [InlineData(1_000, false)]
    [InlineData(10_000, false)]
    public void A_schema_has_up_to_1000_subschemas_itself_included(int branches, bool accepted) =>
        Expect($$"""{"anyOf":[{{string.Join(',', Enumerable.Repeat("{}", branches))}}]}""", accepted, SchemaFaultKind.TooLarge);

    [Theory]
    [InlineData(1_000, true)]
    [InlineData(1_001, false)]
    public void A_schema_requires_up_to_1000_names(int count, bool accepted) =>
        Expect($$"""{"required":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"n{i}\""))}}]}""", accepted, SchemaFaultKind.TooLarge);

    [Theory]
    [InlineData(62, true)]
    [InlineData(63, true)]
    [InlineData(64, false)]
    [InlineData(900, false)]
    public void A_chain_of_references_has_up_to_64_schemas(int hops, bool accepted) =>
        Expect(
            $$"""{"$ref":"#/$defs/d1","$defs":{ {{string.Concat(Enumerable.Range(1, hops - 1).Select(i => $$""" "d{{i}}":{"$ref":"#/$defs/d{{i + 1}}"}, """))}} "d{{hops}}":{} } }""",
            accepted,
            SchemaFaultKind.TooLarge);

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void A_schema_has_up_to_64_resources_itself_included(int ids, bool accepted) =>
        Expect(
            $$"""{"$defs":{ {{string.Join(',', Enumerable.Range(0, ids).Select(i => $$""" "d{{i}}":{"$id":"r{{i}}"} """))}} } }""",
            accepted,
            SchemaFaultKind.TooLarge);

    [Theory]
    [InlineData("$ref", 2_048, true)]
    [InlineData("$ref", 2_049, false)]
    [InlineData("$id", 2_048, true)]
    [InlineData("$id", 2_049, false)]
    public void A_reference_has_up_to_2048_characters(string keyword, int length, bool accepted)
    {
        var name = new string('a', length - "#/$defs/".Length);
        var schema = keyword == "$id"
            ? $$"""{"$id":"{{new string('a', length)}}"}"""
            : $$"""{"$ref":"#/$defs/{{name}}","$defs":{"{{name}}":{} } }""";

        Expect(schema, accepted, SchemaFaultKind.TooLarge);
    }

    [Theory]
    [InlineData("""{"$ref":"https://json-schema.org/draft/2020-12/schema"}""")]
    [InlineData("""{"$schema":"https://json-schema.org/draft/2020-12/schema#"}""")]
    [InlineData("""{"properties":{"a":{"$id":"https://example.com/a","$ref":"#/$defs/b","$defs":{"b":{} } } } }""")]
    [InlineData("""{"$ref":"#/definitions/a","definitions":{"a":{"type":"string"}}}""")]
    [InlineData("""{"properties":{"r":{"type":"string","x-mcp-header":"Region"}},"xfoo":1,"Minimum":"1"}""")]
    [InlineData("""{"$id":"https://example.com/a","$ref":"b","$defs":{"b":{"$id":"b"}}}""")]
    public void What_stays_within_the_schema_and_the_dialect_is_accepted(string schema) =>
        Expect(schema, accepted: true, default);

    [Fact]
    public void Annotations_and_vendor_keywords_are_allowed() =>
        Expect(
            """
            {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://example.com/tool","$comment":"c","title":"t",
             "description":"d","default":{"type":7},"examples":[1],"deprecated":true,"readOnly":true,"writeOnly":false,
             "format":"email","contentEncoding":"base64","contentMediaType":"image/png","x-mcp-header":"Region","x-any":{"$ref":"http://x"}}
            """,
            accepted: true,
            SchemaFaultKind.Invalid);

    private static SchemaFault Refused(string schema)
    {
        Assert.False(SchemaCompiler.TryCompile(Encoding.UTF8.GetBytes(schema), out var compiled, out var fault));
        Assert.Null(compiled);
        return fault;
    }

    private static void Expect(string schema, bool accepted, SchemaFaultKind kind)
    {
        var compiles = SchemaCompiler.TryCompile(Encoding.UTF8.GetBytes(schema), out _, out var fault);

        Assert.Equal((accepted, accepted ? default : kind), (compiles, fault.Kind));
    }
}
