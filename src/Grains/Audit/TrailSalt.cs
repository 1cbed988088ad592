using Microsoft.Extensions.Logging;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Grains.Secrets;

namespace Platform.Grains.Audit;

/// <summary>
/// The salt of one trail: a secret in the vault, made when something is hashed there for the first time, and the same for as long as the tenant lives. Its trail's activation reads it once.
/// A vault that does not answer holds no event up for longer than <see cref="Patience"/>, and then not again for <see cref="Pause"/>.
/// </summary>
internal sealed partial class TrailSalt(ISecretStore vault, TenantId tenant, TimeProvider clock, ILogger logger)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3.5);
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private byte[]? _salt;
    private Task<byte[]?>? _asking;
    private long? _failed;
    private bool _forgotten;

    /// <summary>No vault takes the underscore of the platform's own.</summary>
    public static string NameOf(TenantId tenant) => $"audit-salt-{tenant.ToString().TrimStart('_')}";

    /// <summary>Makes it where there is none; null when it cannot be had now, or was forgotten.</summary>
    public ValueTask<byte[]?> GetAsync() =>
        _salt is not null ? new ValueTask<byte[]?>(_salt)
        : _forgotten || (_failed is { } failed && clock.GetElapsedTime(failed) < Pause) ? new ValueTask<byte[]?>(default(byte[]))
        : new ValueTask<byte[]?>(_asking is { IsCompleted: false } ? _asking : _asking = AskAsync());

    /// <summary>The salt as it is: nothing is made for a question.</summary>
    public async Task<Result<byte[]>> KnownAsync()
    {
        if (_salt is { } known)
        {
            return known;
        }

        var exists = await ExistsAsync();
        return exists == false ? Problem.NotFound("HMAC") : exists is null || await GetAsync() is not { } salt ? Unavailable() : salt;
    }

    /// <summary>Null when the vault does not say.</summary>
    public async Task<bool?> ExistsAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return (await vault.VersionsAsync(NameOf(tenant), patience.Token)).Count > 0;
        }
        catch (Exception failure) when (failure is SecretStoreException or OperationCanceledException)
        {
            Log.VaultFailed(logger, failure, NameOf(tenant));
            return null;
        }
    }

    /// <summary>From here on this activation has none, and makes none.</summary>
    public async Task<Problem?> ForgetAsync()
    {
        (_salt, _forgotten) = (null, true);
        try
        {
            await vault.DeleteAsync(NameOf(tenant), CancellationToken.None);
            return null;
        }
        catch (SecretStoreException failure)
        {
            Log.VaultFailed(logger, failure, NameOf(tenant));
            return Unavailable();
        }
    }

    private async Task<byte[]?> AskAsync()
    {
        // The time of a machine, not of a test: this bounds a wait and decides nothing.
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var salt = await vault.GetOrMakeAsync(NameOf(tenant), patience.Token);
            _failed = null;
            return _forgotten ? null : _salt = salt;
        }
        catch (Exception failure) when (failure is SecretStoreException or OperationCanceledException)
        {
            Log.VaultFailed(logger, failure, NameOf(tenant));
            _failed = clock.GetTimestamp();
            return null;
        }
    }

    private static Problem Unavailable() => new(ProblemCode.Unavailable, "The vault does not answer.");

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "AuditSaltFailed", Level = LogLevel.Error, Message = "The vault failed at the audit salt {Name}; values of events are redacted meanwhile, and cannot be looked up.")]
        public static partial void VaultFailed(ILogger logger, Exception failure, string name);
    }
}
