namespace Platform.Grains.Webhooks;

/// <summary>Why an attempt had no answer, in words that tell nothing of networks and vaults.</summary>
public static class WebhookErrors
{
    public const string Unreachable = "unreachable";
    public const string Tls = "tls";
    public const string Timeout = "timeout";
    public const string Vault = "vault";

    /// <summary>The audit trail could not be read.</summary>
    public const string Trail = "trail";

    /// <summary>Whether the fault is ours, and not to be held against the receiver.</summary>
    internal static bool IsOurs(string? error) => error is Vault or Trail;
}
