using System.Text.Json;
using Platform.Abstractions.Sessions;

namespace Platform.Admin.Management;

// Answers of REST that have no record in Abstractions, because no grain speaks of them.

public sealed record BootstrapState(bool PasswordSet);

public sealed record EndedSessions(int Ended);

/// <summary>An authenticator that counts from now on, and the session to go on with.</summary>
public sealed record AuthenticatorOn(string[] RecoveryCodes, ConsoleSessionView Session, string Token);

/// <summary>An audit event; <see cref="Event"/> is the record as an object, whose members may grow.</summary>
public sealed record AuditEventItem(long Sequence, string Hash, JsonElement Event);
