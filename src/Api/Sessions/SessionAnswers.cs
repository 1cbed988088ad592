namespace Platform.Api.Sessions;

/// <summary>Whether the platform's first administrator has set a password.</summary>
internal sealed record BootstrapState(bool PasswordSet);

/// <summary>How many sessions ended.</summary>
internal sealed record SessionsEnded(int Ended);
