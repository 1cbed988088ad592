using System.Text;
using System.Text.RegularExpressions;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Resources;

namespace Platform.Fuzz.Targets;

/// <summary>A URI that was accepted is canonical, and stays what it is when it is read again.</summary>
internal sealed partial class ResourceUriTarget
{
    private static readonly HashSet<string> Test = new(StringComparer.Ordinal) { "test" };
    private static readonly PermissionSet Public = PermissionSet.Compile(["resources:read:public/*"]);

    public static void Run(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        Check(text, null);
        Check(text, Test);
    }

    private static void Check(string text, HashSet<string>? schemes)
    {
        if (!ResourceUri.TryParse(text, schemes, out var uri))
        {
            return;
        }

        var canonical = uri.ToString();
        BrokenRuleException.Unless(ResourceUri.TryParse(canonical, schemes, out var again) && again == uri, $"'{canonical}' is not a fixpoint.");
        BrokenRuleException.Unless(Canonical().IsMatch(canonical), $"'{canonical}' is not canonical.");
        BrokenRuleException.Unless(!uri.Target.Split('/').Any(segment => segment is "" or "." or ".."), $"'{uri.Target}' has a segment that leads elsewhere.");
        BrokenRuleException.Unless(!uri.Target.Any(c => char.IsControl(c) || c is '\\' or '%' or '?' or '#'), $"'{uri.Target}' has a character that it must not have.");
        BrokenRuleException.Unless(Public.Allows("resources", "read", uri.Target) == uri.Target.StartsWith("public/", StringComparison.Ordinal), $"The grant reads '{uri.Target}' otherwise.");
    }

    [GeneratedRegex(@"\A(memory|https|file|test)://[A-Za-z0-9._~!$&'()*+,;=:@%/-]+\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Canonical();
}
