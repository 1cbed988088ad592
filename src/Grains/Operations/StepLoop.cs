using Orleans.Storage;
using Platform.Abstractions.Problems;

namespace Platform.Grains.Operations;

/// <summary>
/// Does one step of an operation after the other, now and until it is over, and has each noted before the next begins. A step that fails is tried again; a note that does not fit what is stored
/// ends the activation, and the next one reads what is.
/// </summary>
/// <param name="grain">Whose operation it is.</param>
/// <param name="reminder">Names its reminder, which wakes what died.</param>
/// <param name="next">The first step that is not noted as done; null when there is nothing to do.</param>
/// <param name="run">Does a step and answers what is to be noted of it; null when it is not over yet.</param>
/// <param name="note">Writes down that it is done.</param>
/// <param name="report">Tells of a step that failed, and never fails itself.</param>
internal sealed class StepLoop<T>(IGrainBase grain, string reminder, Func<string?> next, Func<string, CancellationToken, Task<Result<T?>>> run, Func<string, T, Task> note, Func<string, Exception?, string, Task> report)
    where T : class
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    private IGrainTimer? _beat;

    /// <summary>The step that failed at its last try.</summary>
    public string? Failing { get; private set; }

    /// <summary>Goes on by itself from now on.</summary>
    public void Start() => _beat ??= grain.RegisterGrainTimer(GoOnAsync, new GrainTimerCreationOptions { DueTime = Beat, Period = Beat, KeepAlive = true });

    /// <summary>Nothing is left to be done: it neither goes on by itself nor is woken.</summary>
    public async Task EndAsync()
    {
        _beat?.Dispose();
        _beat = null;
        if (await grain.GetReminder(reminder) is { } registered)
        {
            await grain.UnregisterReminder(registered);
        }
    }

    public async Task GoOnAsync(CancellationToken cancel)
    {
        while (next() is { } step && await DoAsync(step, cancel))
        {
            // One after the other, for as long as each is done.
        }
    }

    /// <summary>False when the step is not over: the next beat tries it again.</summary>
    private async Task<bool> DoAsync(string step, CancellationToken cancel)
    {
        var isNoting = false;
        try
        {
            if (!(await run(step, cancel)).Try(out var done, out var refused))
            {
                await FailAsync(step, null, refused.Detail);
                return false;
            }

            if (done is null)
            {
                return false;
            }

            isNoting = true;
            await note(step, done);
            Failing = null;
            _beat?.Change(Beat, Beat);
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            await FailAsync(step, failure, "failed");
            if (isNoting && failure is InconsistentStateException)
            {
                // What is stored is not what is known here: the next activation reads it.
                grain.DeactivateOnIdle();
            }

            return false;
        }
    }

    private async Task FailAsync(string step, Exception? failure, string why)
    {
        Failing = step;
        _beat?.Change(AfterFailure, AfterFailure);
        await report(step, failure, why);
    }
}
