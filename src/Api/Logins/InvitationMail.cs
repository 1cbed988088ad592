using System.Globalization;

namespace Platform.Api.Logins;

/// <summary>What somebody who is invited reads. All of it is of our own words, slugs and names of users: text that people chose could be somebody's letter to a stranger, or end a header.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Text">Plain.</param>
internal sealed record InvitationMail(string Subject, string Text)
{
    /// <param name="console">Where the console is found, without a trailing slash.</param>
    /// <param name="tenant">The slug; null for the platform itself.</param>
    /// <param name="user">The name that is signed in with.</param>
    /// <param name="secret">Stands behind the link's #, which browsers send to nobody.</param>
    /// <param name="until">When it lapses.</param>
    public static InvitationMail Of(string console, string? tenant, string user, string secret, DateTimeOffset? until)
    {
        var place = tenant is null ? "the platform" : $"the tenant {tenant}";
        var link = $"{console}/invitation?{(tenant is null ? "" : $"tenant={tenant}&")}user={Uri.EscapeDataString(user)}#{secret}";
        var end = until is { } at ? string.Create(CultureInfo.InvariantCulture, $", until {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "";
        return new InvitationMail($"Invitation to {tenant ?? "the platform"}", $"""
            An administrator of {place} at {console} lets the user {user} in.

            Open this link to choose a password. It works once{end}:

            {link}

            Keep it to yourself: whoever opens it first can sign in as {user}. If you expect no invitation, delete this mail.

            """);
    }
}
