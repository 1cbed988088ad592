using System.Text.RegularExpressions;
using Platform.Admin.Management;
using Platform.Admin.Session;

namespace Platform.Admin.Components.Pages.OAuthClients;

/// <summary>A JSON Web Key set as somebody pastes it.</summary>
internal static partial class KeySetText
{
    /// <summary>What was pasted into a field; nothing of it, and a fault, when a private or secret key is in it: that goes no further, and not back into the page.</summary>
    public static string? Pasted(PostedForm form, string field, FormFaults faults)
    {
        var text = form.Text(field);
        if (text is null || !(text.Contains("PRIVATE KEY", StringComparison.OrdinalIgnoreCase) || PrivateMember().IsMatch(text)))
        {
            return text;
        }

        faults.Add(field, "There is a private key in this text. It was not passed on and is not shown again; leave it on its own machine, and paste the public members alone.");
        return null;
    }

    // RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1. As text: it may be no JSON yet.
    [GeneratedRegex("""["'](d|p|q|dp|dq|qi|oth|k)["']\s*:""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PrivateMember();
}
