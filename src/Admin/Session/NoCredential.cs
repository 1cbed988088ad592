using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Platform.Admin.Session;

/// <summary>
/// A scheme that never recognises anybody. ASP.NET makes the only registered scheme everyone's default; this one exists so that the console's cookie
/// is not the only one, and authenticates nothing that does not name it.
/// </summary>
internal sealed class NoCredential(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string Name = "mocopr-none";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());
}
