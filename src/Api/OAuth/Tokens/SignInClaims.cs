using System.Globalization;
using System.Security.Claims;
using OpenIddict.Abstractions;
using Platform.Abstractions.Logins;

namespace Platform.Api.OAuth.Tokens;

/// <summary>
/// What a code or refresh token remembers of the sign-in it came from, in the store only: no signed token has it. A changed password, a lost authenticator, "end all sessions" or a stricter
/// policy end what came of it as they end the user's sessions.
/// </summary>
internal static class SignInClaims
{
    private const string Generation = "mocopr:generation";
    private const string SecondFactor = "mocopr:second-factor";

    public static void Write(ClaimsIdentity identity, LoginVerdict verdict)
    {
        identity.SetClaim(Generation, verdict.Generation.ToString(CultureInfo.InvariantCulture));
        identity.SetClaim(SecondFactor, verdict.SecondFactor ? "1" : "0");
    }

    /// <summary>Null when there is none: then nothing stands behind it.</summary>
    public static LoginVerdict? Read(ClaimsPrincipal principal) =>
        int.TryParse(principal.GetClaim(Generation), NumberStyles.None, CultureInfo.InvariantCulture, out var generation) && principal.GetClaim(SecondFactor) is { } factor
            ? new LoginVerdict(string.Equals(factor, "1", StringComparison.Ordinal), generation)
            : null;
}
