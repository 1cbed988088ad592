using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Platform.Abstractions.Sessions;

namespace Platform.Admin.Session;

/// <summary>
/// What was typed before the code was asked for, so that nobody types it twice: sealed by Data Protection for five minutes in a field of the form. Nothing of it is kept here,
/// and REST checks all of it again together with the code.
/// </summary>
internal sealed class HalfSignIn(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("mocopr-console-half-sign-in").ToTimeLimitedDataProtector();

    public string Seal(SignIn command) => _protector.Protect(JsonSerializer.Serialize(command), Life);

    /// <summary>Null for what is too old, or was not sealed here.</summary>
    public SignIn? Open(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<SignIn>(_protector.Unprotect(text));
        }
        catch (Exception fault) when (fault is CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }
}
