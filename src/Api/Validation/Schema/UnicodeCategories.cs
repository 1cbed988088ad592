using System.Collections.Frozen;

namespace Platform.Api.Validation.Schema;

/// <summary>The general categories of Unicode: .NET's expressions know the short names, ECMAScript's also the long ones.</summary>
internal static class UnicodeCategories
{
    private static readonly FrozenSet<string> Short = FrozenSet.ToFrozenSet(
        [
            "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe",
            "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Co", "Cn",
        ],
        StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Long = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Letter"] = "L",
        ["Uppercase_Letter"] = "Lu",
        ["Lowercase_Letter"] = "Ll",
        ["Titlecase_Letter"] = "Lt",
        ["Modifier_Letter"] = "Lm",
        ["Other_Letter"] = "Lo",
        ["Mark"] = "M",
        ["Number"] = "N",
        ["Decimal_Number"] = "Nd",
        ["Punctuation"] = "P",
        ["Symbol"] = "S",
        ["Currency_Symbol"] = "Sc",
        ["Separator"] = "Z",
        ["Space_Separator"] = "Zs",
        ["Control"] = "Cc",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The short name of a category written as in \p{…}, or null.</summary>
    public static string? ShortName(string name) =>
        Short.Contains(name) ? name : Long.GetValueOrDefault(name);
}
