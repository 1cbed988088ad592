namespace Platform.Grains.Webhooks;

/// <summary>Why an attempt had no answer, in words that tell nothing of networks and vaults.</summary>
public static class WebhookErrors
{
    public const string Unreachable = "unreachable";
    public const string Tls = "tls";
    public const string Timeout = "timeout";
    public const string Vault = "vault";
}
