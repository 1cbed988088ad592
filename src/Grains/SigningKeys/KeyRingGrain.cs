using System.Buffers.Text;
using System.Text;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.SigningKeys;

/// <summary>
/// Keeps the ring going: looks at it whenever it is used, on a timer while it is active, and by a reminder when nobody uses it (AU-4); makes keys beside its turn, and writes before it believes.
/// Reentrant, so that signatures do not wait for a key that is being made; what changes the ring goes one at a time.
/// </summary>
[GrainType("key-ring"), Reentrant]
internal sealed partial class KeyRingGrain(
    [PersistentState("key-ring")] IPersistentState<KeyRingState> state,
    IKeySigner signer,
    TenantGrains grains,
    TimeProvider clock,
    ILogger<KeyRingGrain> logger) : Grain, IKeyRingGrain, IRemindable, IDisposable
{
    /// <summary>Names the reminder of every ring that has, or asked for, a key.</summary>
    public const string Upkeep = "upkeep";

    private static readonly TimeSpan Beat = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan UpkeepPeriod = TimeSpan.FromHours(6);
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _oneChange = new(1, 1);
    private readonly Dictionary<string, Task<Result<RingKey>>> _making = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _failedAt = new(StringComparer.Ordinal);

    // What is on disk: a change is believed after it was written, never before.
    private KeyRing _ring = new([]);
    private int _emergencies;
    private bool _reminded;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _ring = new KeyRing(state.State.Keys, state.State.Begun);
        this.RegisterGrainTimer(BeatAsync, new GrainTimerCreationOptions { DueTime = Beat, Period = Beat, Interleave = true });
        return Task.CompletedTask;
    }

    public async Task<Result<SignedJws>> SignAsync(SignJws command, Caller caller)
    {
        if (CompactJws.Check(command) is { } invalid)
        {
            return invalid;
        }

        var algorithm = command.Algorithm ?? SigningAlgorithm.Rs256;
        if (!_ring.Knows(algorithm))
        {
            return Problem.InvalidParams($"This tenant has no key for {algorithm}; rotate one in first.");
        }

        await KeepUpAsync(algorithm);
        if (_ring.Signer(algorithm, clock.GetUtcNow()) is null && _ring.Pending(algorithm) is null && (await MakeAsync(algorithm)).Problem is { } unmade)
        {
            return unmade;
        }

        if (_ring.Signer(algorithm, clock.GetUtcNow()) is not { } key)
        {
            return Unavailable();
        }

        var input = CompactJws.SigningInput(key, command);
        try
        {
            var signature = await signer.SignAsync(Reference(key), Encoding.ASCII.GetBytes(input), CancellationToken.None);

            // An emergency in the meantime: what this key signs is worth nothing any more.
            return Find(key.Kid) is not { Status: not SigningKeyStatus.Disabled }
                ? Unavailable()
                : new SignedJws($"{input}.{Base64Url.EncodeToString(signature)}", key.Kid);
        }
        catch (SignerUnavailableException outage)
        {
            SigningTelemetry.Failed("sign");
            Log.NotSigned(logger, outage, key.Kid);
            return Unavailable();
        }
    }

    public Task<SigningKeyView[]> PublicAsync()
    {
        var now = clock.GetUtcNow();
        return Task.FromResult(_ring.Live.Select(key => key.At(now)).Where(key => key.Status != SigningKeyStatus.Disabled).ToArray());
    }

    public Task<SigningKeyView[]> ListAsync()
    {
        var now = clock.GetUtcNow();
        return Task.FromResult(_ring.Keys.Reverse().Select(key => key.At(now)).ToArray());
    }

    public async Task<Result<SigningKeyView>> RotateAsync(RotateSigningKeys command, Caller caller)
    {
        var algorithm = command.Algorithm ?? SigningAlgorithm.Rs256;
        if (!SigningAlgorithm.IsKnown(algorithm))
        {
            return Problem.InvalidParams("Choose RS256, PS256 or ES256.");
        }

        await ChangeAsync(ring => ring.Settle(clock.GetUtcNow()));
        if (_ring.Pending(algorithm) is null)
        {
            if (!_ring.HasRoom)
            {
                return Problem.Conflict($"{KeyRing.MostLive} keys of this tenant still verify tokens; wait until some have left, or rotate in an emergency.");
            }

            if (!(await MakeAsync(algorithm)).Try(out var made, out var unmade))
            {
                return unmade;
            }

            if (Find(made.Kid) is not { Status: SigningKeyStatus.Pending })
            {
                return made.At(clock.GetUtcNow());
            }
        }

        await ChangeAsync(ring => ring.Hurry(algorithm));
        await KeepUpAsync(algorithm);
        return (_ring.Pending(algorithm) ?? _ring.Active(algorithm)) is { } next ? next.At(clock.GetUtcNow()) : Unavailable();
    }

    public async Task<Result<SigningKeyView[]>> EmergencyRotateAsync(Caller caller)
    {
        // A deleted tenant's keys are ended too, and not replaced: MakeAsync refuses.
        var before = await DisableAllAsync();
        Problem? first = null;
        foreach (var algorithm in before.Select(key => key.Algorithm).Append(SigningAlgorithm.Rs256).Distinct(StringComparer.Ordinal))
        {
            _failedAt.Remove(algorithm);
            first ??= (await MakeAsync(algorithm)).Problem;
        }

        DestroyDueAsync(_ring.Abandoned(clock.GetUtcNow())).Ignore();
        return first is null ? await PublicAsync() : first;
    }

    public async Task<Problem?> DestroyAsync(Caller caller)
    {
        await DisableAllAsync();
        await DestroyDueAsync(_ring.Begun);
        if (_ring.Condemned.Any() || _ring.Begun.Length > 0)
        {
            return Unavailable();
        }

        if (await this.GetReminder(Upkeep) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }

        DeactivateOnIdle();
        return null;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => BeatAsync(CancellationToken.None);

    public void Dispose() => _oneChange.Dispose();

    private async Task<RingKey[]> DisableAllAsync()
    {
        // A key that is being made right now is of the time before, and is not taken in.
        _emergencies++;
        var before = _ring.Live.ToArray();
        await ChangeAsync(ring => ring.DisableAll(clock.GetUtcNow()), tellAlways: true);
        foreach (var key in before)
        {
            signer.Forget(Reference(key));
        }

        // What is being made ends first, so that what follows is new. It is not taken in, and its failure is nobody's concern.
        await Task.WhenAll(_making.Values).ContinueWith(static _ => { }, TaskScheduler.Current);
        return before;
    }

    private async Task BeatAsync(CancellationToken cancel)
    {
        await RemindAsync();
        foreach (var algorithm in _ring.Live.Select(key => key.Algorithm).Distinct(StringComparer.Ordinal).ToArray())
        {
            await KeepUpAsync(algorithm);
        }

        await DestroyDueAsync(_ring.Abandoned(clock.GetUtcNow()));
    }

    /// <summary>Whatever is due: keys leave, the pending one takes over, and the next one is begun. None of it keeps the caller waiting for a new key.</summary>
    private async Task KeepUpAsync(string algorithm)
    {
        var now = clock.GetUtcNow();
        await ChangeAsync(ring => ring.Settle(now));

        // Without a key that signs there is nothing to wait for.
        var due = _ring.Signer(algorithm, now) is null ? _ring.Pending(algorithm) : _ring.Due(algorithm, now);
        if (due is not null && await CanSignAsync(due) && await ChangeAsync(ring => ring.Promote(due.Kid, now)))
        {
            SigningTelemetry.Rotated();
        }

        if (_ring.NeedsKey(algorithm, now) && _ring.Signer(algorithm, now) is not null)
        {
            MakeAsync(algorithm).Ignore();
        }
    }

    private async Task<bool> CanSignAsync(RingKey key)
    {
        try
        {
            await signer.PrepareAsync(Reference(key), CancellationToken.None);
            return true;
        }
        catch (SignerUnavailableException outage)
        {
            SigningTelemetry.Failed("promote");
            Log.NotPromoted(logger, outage, key.Kid);
            return false;
        }
    }

    /// <summary>Once an activation: a ring with keys wakes by itself from then on, whatever restarts. Without it the ring still looks after itself while it is used.</summary>
    private async Task RemindAsync()
    {
        if (_reminded || (_ring.Keys.Length == 0 && _ring.Begun.Length == 0))
        {
            return;
        }

        try
        {
            await this.RegisterOrUpdateReminder(Upkeep, UpkeepPeriod, UpkeepPeriod);
            _reminded = true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.NotReminded(logger, failure);
        }
    }

    /// <summary>One change: written, then believed, then told to every node, then acknowledged. False when there was nothing to change.</summary>
    private async Task<bool> ChangeAsync(Func<KeyRing, KeyRing> change, bool tellAlways = false)
    {
        if (!await WriteAsync(change) && !tellAlways)
        {
            return false;
        }

        await grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(new Change(GrainContext.TenantOf(), ChangeKind.SigningKeys, ""));
        return true;
    }

    /// <summary>The same for what no node has to know. One at a time.</summary>
    private async Task<bool> WriteAsync(Func<KeyRing, KeyRing> change)
    {
        if (ReferenceEquals(change(_ring), _ring))
        {
            return false;
        }

        await _oneChange.WaitAsync();
        try
        {
            var next = change(_ring);
            if (ReferenceEquals(next, _ring))
            {
                return false;
            }

            await state.SaveAsync(new KeyRingState { Keys = next.Keys, Begun = next.Begun });
            _ring = next;
            return true;
        }
        finally
        {
            _oneChange.Release();
        }
    }

    private RingKey? Find(string kid) => Array.Find(_ring.Keys, key => key.Kid == kid);

    private SigningKeyReference Reference(RingKey key) => new(GrainContext.TenantOf(), key.Kid, key.Algorithm);

    private static Problem Unavailable() =>
        new(ProblemCode.Unavailable, "The signing keys are out of reach for the moment.") { RetryAfter = TryAgain };

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "TokenNotSigned", Level = LogLevel.Error, Message = "The signing key {Kid} could not be used.")]
        public static partial void NotSigned(ILogger logger, Exception outage, string kid);

        [LoggerMessage(EventId = 2, EventName = "SigningKeyNotPromoted", Level = LogLevel.Error, Message = "The signing key {Kid} is due and cannot sign; the one before goes on until its limit.")]
        public static partial void NotPromoted(ILogger logger, Exception outage, string kid);

        [LoggerMessage(EventId = 3, EventName = "SigningKeyNotMade", Level = LogLevel.Error, Message = "No new {Algorithm} key could be made; the active one, if any, goes on until its limit.")]
        public static partial void NotMade(ILogger logger, Exception outage, string algorithm);

        [LoggerMessage(EventId = 5, EventName = "SigningKeyNotDestroyed", Level = LogLevel.Warning, Message = "The private part of the disabled key {Kid} could not be deleted; it is tried again.")]
        public static partial void NotDestroyed(ILogger logger, Exception outage, string kid);

        [LoggerMessage(EventId = 4, EventName = "SigningKeyUpkeepNotScheduled", Level = LogLevel.Warning, Message = "The reminder of a key ring could not be set; it is tried again within ten minutes of use.")]
        public static partial void NotReminded(ILogger logger, Exception failure);
    }
}
