using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Sessions;
using Platform.Api.Audit;

namespace Platform.Api.Management;

/// <summary>One management request on its way: who asks, and what the trail will say.</summary>
internal sealed class ManagementExchange(AuditEntry entry)
{
    private static readonly Caller Anonymous = new(Abstractions.Tenants.TenantId.Platform, "anonymous", "none");

    public AuditEntry Entry { get; } = entry;

    public Caller Caller => Entry.Caller ?? Anonymous;

    /// <summary>What the caller may do; nothing for an anonymous one.</summary>
    public PermissionSet Permissions { get; set; } = PermissionSet.None;

    /// <summary>The caller with what they hold, for commands that give permissions.</summary>
    public Authority Authority => new(Caller, [.. Permissions.Grants], [.. Permissions.Denials]);

    /// <summary>The console session that was presented; null for an API key.</summary>
    public ConsoleSessionView? Session { get; set; }

    /// <summary>Set when the request carries an <c>Idempotency-Key</c> and is to be served once.</summary>
    public IdempotentRequest? Once { get; set; }

    /// <summary>True where nobody asks but the server itself, of a stream that is open: no use of a session.</summary>
    public bool IsAskedAgain { get; init; }

    /// <summary>When it was decided, by the clock's timestamps.</summary>
    public long Judged { get; set; }

    /// <summary>Runs while the body is under way; null for none.</summary>
    public IDisposable? Patience { get; init; }

    /// <summary>Set once it is on record that the handler is about to run.</summary>
    public bool MayHaveRun { get; set; }

    /// <summary>Set once the handler's outcome is in the trail.</summary>
    public bool IsAudited { get; set; }

    /// <summary>What was changed of a setting, for the trail. Neither state may have a credential in it, or the name of a person.</summary>
    /// <param name="before">Null when it is made.</param>
    /// <param name="after">Null when it is taken away.</param>
    public void Changed<T>(T? before, T? after) where T : class => Entry.Changes = ChangedFields.Between(before, after);

    public static ManagementExchange? Of(HttpContext http) => http.Features.Get<ManagementExchange>();

    /// <summary>Minimal APIs bind it as a parameter.</summary>
    public static ValueTask<ManagementExchange?> BindAsync(HttpContext http) => ValueTask.FromResult(Of(http));
}
