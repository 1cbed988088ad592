using Platform.Abstractions.Idempotency;
using Platform.Abstractions.Sessions;

namespace Platform.Api.Logins;

/// <summary>An authenticator is on: all sessions ended, and this one goes on.</summary>
internal sealed record TotpReady([property: RevealedOnce] string[] RecoveryCodes, ConsoleSessionView Session, [property: RevealedOnce] string Token);
