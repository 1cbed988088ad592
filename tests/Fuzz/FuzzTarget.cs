using System.Text;
using Platform.Fuzz.Targets;

namespace Platform.Fuzz;

/// <summary>Something that takes bytes and must not throw.</summary>
/// <param name="Name">Its folder in the corpus.</param>
/// <param name="Type">Has the static method <c>Run(byte[])</c>.</param>
/// <param name="MaxLength">Longest input worth trying.</param>
/// <param name="Words">What a mutation may put in whole, because chance would take too long.</param>
internal sealed record FuzzTarget(string Name, Type Type, int MaxLength, byte[][] Words)
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Of<JsonGuardTarget>("json-guard", 1024, "{", "}", "[", "]", ",", ":", "\"a\":", "\"\\u0061\":", "\\ud83d\\ude00", "\\ud800", "1e400", "-0", "true", "null", "\\\\", "é", "😀"),
        Of<ResourceUriTarget>("resource-uri", 512, "file:///", "https://", "memory://", "test://", "..", "%2e", "%2F", "%5c", "%00", "%25", "%C3%A9", "%c0%af", "%F0%9D%94%B8", "%E2%80%AE", "example.com", ":443", ":8443", "0x7f", "@", "#", "?", "\\", "/./", "//"),
        Of<HeaderValueTarget>("header-sentinel", 256, "=?base64?", "?=", "=", "YQ==", "w6k=", "gA==", "\t", " "),
        Of<PermissionTarget>("permission", 256, "resources", "read", "\n", ":", "*", "/*", "public/", "../", "//", "\\", "\0"),
        Of<SchemaTarget>("schema", 1024, "{", "}", "\"type\":", "\"object\"", "\"properties\":", "\"$ref\":", "\"#/$defs/a\"", "\"$defs\":", "\"$dynamicRef\":", "\"$anchor\":", "\"pattern\":", "\"(a+)+$\"", "\"enum\":[", "\"const\":", "\"anyOf\":[", "\"not\":", "\"if\":", "\"then\":", "\"items\":", "\"prefixItems\":[", "\"contains\":", "\"uniqueItems\":true", "\"unevaluatedProperties\":false", "\"multipleOf\":0.01", "\"minLength\":", "\"additionalProperties\":", "true", "false", "\0", "1e308", "[]", ","),
        Of<AccessTokenTarget>("access-token", 1024, "\n", ".", "{", "}", "\"alg\":\"RS256\"", "\"kid\":\"a\"", "\"typ\":\"at+jwt\"", "\"iss\":", "\"aud\":", "\"sub\":", "\"exp\":", "\"iat\":", "\"\\u0061ud\":", "253402300799", "\"scope\":", "[\"a\"]", ",", "="),
        Of<KeyTokenTarget>("key-token", 96, "mcpk_live_", "mcpm_live_", "mcpk_test_", "_", "mcpk_live_abcd1234_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ];

    public static FuzzTarget Of<T>(string name, int maxLength, params string[] words) =>
        new(name, typeof(T), maxLength, [.. words.Select(Encoding.UTF8.GetBytes)]);
}
