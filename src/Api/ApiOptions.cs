using System.Net;
using Platform.Hosting;

namespace Platform.Api;

/// <summary>What the front end needs to know of its surroundings; the host fills it from <c>Platform</c>.</summary>
public sealed class ApiOptions
{
    /// <summary><c>live</c> or <c>test</c>; keys of the other environment are refused.</summary>
    public string Environment { get; set; } = "live";

    /// <summary>Base of the public URLs of the data listener, without a trailing slash: what metadata and snippets name. Never taken from a Host header.</summary>
    public string DataUrl { get; set; } = "http://127.0.0.1:5080";

    /// <summary>Base of the management listener, without a trailing slash.</summary>
    public string ManagementUrl { get; set; } = "http://127.0.0.1:5081";

    /// <summary>Host names that are served, without port.</summary>
    public HashSet<string> AllowedHosts { get; } = new(StringComparer.OrdinalIgnoreCase) { "localhost", "127.0.0.1", "[::1]" };

    /// <summary>Tenants are served at <c>{slug}.{Domain}</c>; empty serves none there.</summary>
    public string Domain { get; set; } = "";

    /// <summary>Tenants that have a label of their own in metrics of this process; the others share one (AL-7).</summary>
    public int TenantLabels { get; set; } = 100;

    /// <summary>Whose forwarded headers are believed on the data listener.</summary>
    public ProxyNetworks Proxies { get; set; } = ProxyNetworks.None;

    /// <summary>How long a verdict about a key, tenant or session may be kept: with the push of changes it bounds how long a revoked one can work (5 s).</summary>
    public TimeSpan VerdictLife { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>Most time a request, or one round of it with a backend, may take (TR-9).</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a legacy client, and the person before it, may take to answer a request of the server's.</summary>
    public TimeSpan ClientPatience { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>After this a request that still runs is answered by an event stream, so that its client knows that it goes on.</summary>
    public TimeSpan StreamAfter { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often an open stream shows that it lives, and its credential is judged again (TR-10: at most 60 s).</summary>
    public TimeSpan StreamBeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>A stream or socket whose credential could not be judged for so long is not served any more: with the time that one more question may take, a minute (TR-10).</summary>
    public TimeSpan StreamUnjudged { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// Refusals of callers without a good credential, and questions that anybody may ask, that one address (IPv6: one /64) has at once on a node; beyond them it is answered
    /// 429 and counted instead of recorded.
    /// </summary>
    public int RefusalsAtOnce { get; set; } = 2_000;

    /// <summary>How many of them come back in a minute.</summary>
    public int RefusalsPerMinute { get; set; } = 1_200;

    /// <summary>Streams and sockets that one credential may hold open on a node.</summary>
    public int StreamsPerCredential { get; set; } = 64;

    /// <summary>A WebSocket on which nothing runs and no message went either way for so long is closed (TR-9).</summary>
    public TimeSpan SocketIdle { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Requests that run on one WebSocket at a time, open subscriptions among them. At least 1.</summary>
    public int SocketRequests { get; set; } = 32;

    /// <summary>So long what was decided of a request before its body was there holds; one that takes longer is decided again, since its sender may have been shut out meanwhile.</summary>
    public static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    /// <summary>How long the body of a request may take to arrive (TR-9), but for uploads of files. One that takes longer than a moment is judged again before anything runs.</summary>
    public TimeSpan BodyPatience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a WebSocket's client may take to read one message (TR-9).</summary>
    public TimeSpan SocketSendPatience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Streams and sockets that all credentials of one tenant may hold open on a node.</summary>
    public int StreamsPerTenant { get; set; } = 2_000;

    /// <summary>Most bytes of an answer; a larger one is the backend's failure.</summary>
    public int MaxReply { get; set; } = 4 * 1024 * 1024;

    /// <summary>Most entries of a page of a list. 1 to 1000.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>SHA-256 of the settings, without secrets: evidence says by it what the process was told to be. Hexadecimal.</summary>
    public string ConfigurationHash { get; set; } = "";

    /// <summary>Whether resuming a suspended tenant takes two operators (IR-4).</summary>
    public SecondOperator ResumeNeedsTwo { get; set; } = SecondOperator.Auto;

    /// <summary>How long a request for a resumption waits for its approval.</summary>
    public TimeSpan ResumeRequestLife { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whom people tell of a weakness; null: nobody, and nothing is served.</summary>
    public SecurityContact? SecurityContact { get; set; }

    /// <summary>What webhooks may reach beside public addresses.</summary>
    public IReadOnlyList<IPNetwork> WebhookNetworks { get; set; } = [];

    /// <summary>The mail server by which invitations are delivered; null: none.</summary>
    public MailOptions? Mail { get; set; }

    /// <summary>Life of an OAuth access token; the host refuses more than a day (AU-3).</summary>
    public TimeSpan AccessTokenLife { get; set; } = TimeSpan.FromHours(1);

    /// <summary>From a person's consent on, how long its refresh tokens work; using them does not make it longer.</summary>
    public TimeSpan RefreshTokenLife { get; set; } = TimeSpan.FromDays(30);
}

/// <summary>What <c>security.txt</c> says (RFC 9116). Each text is one line.</summary>
/// <param name="Contacts">Best first.</param>
/// <param name="Expires">Nothing is served after it.</param>
/// <param name="Policy">A URL, or null.</param>
/// <param name="PreferredLanguages">Tags; may be empty.</param>
public sealed record SecurityContact(IReadOnlyList<string> Contacts, DateTimeOffset Expires, string? Policy, IReadOnlyList<string> PreferredLanguages);

/// <summary>When a decision takes a second operator.</summary>
public enum SecondOperator
{
    Always = 0,

    /// <summary>In the environment <c>live</c>, when the platform had two users who were not blocked as the tenant was suspended.</summary>
    Auto = 1,

    Never = 2,
}
