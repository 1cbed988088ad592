using System.Buffers;

namespace Platform.Abstractions.Webhooks;

/// <summary>Bounds and forms of webhooks.</summary>
public static class WebhookRules
{
    /// <summary>Endpoints of a tenant.</summary>
    public const int MaxPerTenant = 20;

    /// <summary>What begins the id of an endpoint.</summary>
    public const string IdPrefix = "wh_";

    public const int IdLength = 16;

    public const int MaxUrl = 2_048;

    /// <summary>Messages that wait for one endpoint; the oldest makes room for a new one.</summary>
    public const int MaxWaiting = 500;

    /// <summary>Bytes of the messages that wait for one endpoint.</summary>
    public const int MaxWaitingBytes = 512 * 1024;

    /// <summary>Messages that were delivered or given up and are still in the delivery log.</summary>
    public const int MaxLog = 200;

    /// <summary>Bytes of finished messages that are kept to be sent again.</summary>
    public const int MaxLogBytes = 128 * 1024;

    /// <summary>Bytes of one message that is no part of the audit trail.</summary>
    public const int MaxBody = 16 * 1024;

    /// <summary>Audit events in one message.</summary>
    public const int MaxAuditEvents = 100;

    /// <summary>Bytes of the records in one message; a single record may have more.</summary>
    public const int MaxAuditBytes = 128 * 1024;

    /// <summary>Parts of the audit trail that were delivered and are still in the delivery log: they do not push out what else was sent.</summary>
    public const int MaxAuditLog = 50;

    /// <summary>Hours for which a rotated secret goes on signing, at most.</summary>
    public const int MaxOverlapHours = 7 * 24;

    public const int DefaultOverlapHours = 24;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz");

    public static bool IsId(string text) =>
        text.Length == IdPrefix.Length + IdLength && text.StartsWith(IdPrefix, StringComparison.Ordinal) && !text.AsSpan(IdPrefix.Length).ContainsAnyExcept(IdCharacters);

    /// <summary>Whether a URL has the form of a target: https in canonical form, without user or fragment. Plain http may name this machine; whether that is reached is the sender's decision.</summary>
    public static bool IsUrl(string? text) =>
        text is { Length: > 0 and <= MaxUrl } && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        && url.UserInfo.Length == 0 && url.Fragment.Length == 0 && !text.EndsWith('#')
        && string.Equals(url.AbsoluteUri.TrimEnd('/'), text.TrimEnd('/'), StringComparison.Ordinal);
}
