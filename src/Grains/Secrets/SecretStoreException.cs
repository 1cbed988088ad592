namespace Platform.Grains.Secrets;

/// <summary>Why a vault gave nothing, although it may have the secret.</summary>
public enum SecretFault
{
    /// <summary>The vault did not answer in time, or answered that it cannot now. It may later.</summary>
    Unavailable,

    /// <summary>The vault knows us and says no, or does not know us.</summary>
    Forbidden,

    /// <summary>The version was disabled, or is not valid yet.</summary>
    Disabled,

    /// <summary>The version's time is over.</summary>
    Expired,

    /// <summary>The secret was deleted and its name is still taken.</summary>
    Conflict,

    /// <summary>The version is there and is not what this platform wrote.</summary>
    Unreadable,
}

/// <summary>A vault gave nothing. The message names the secret and the cure and never a value; it is fit for the console.</summary>
public sealed class SecretStoreException : Exception
{
    public SecretStoreException() { }

    public SecretStoreException(string message) : base(message) { }

    public SecretStoreException(string message, Exception inner) : base(message, inner) { }

    public SecretStoreException(SecretFault fault, string message, Exception? inner = null) : base(message, inner) => Fault = fault;

    public SecretFault Fault { get; }

    /// <summary>How long the vault wants to be left alone, when it said so.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
