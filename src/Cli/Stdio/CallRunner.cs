using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>Runs requests, so many at once, and sees to it that each one that was not cancelled is answered.</summary>
internal sealed class CallRunner(
    ModernCall modern, LegacyCall legacy, Func<Subscription> subscription, Answers answers, Calls calls, BridgeOptions options, Diagnostics diagnostics, TimeProvider clock, CancellationToken lifetime) : IDisposable
{
    private readonly SemaphoreSlim _inFlight = new(options.InFlight, options.InFlight);
    private readonly SemaphoreSlim _subscriptions = new(options.Subscriptions, options.Subscriptions);

    /// <param name="ready">What a request of the older eras waits for: the handshake.</param>
    public async Task RunAsync(Call call, Task ready)
    {
        try
        {
            if (await RunInPlaceAsync(call, ready) is { } problem)
            {
                await answers.FailAsync(call, problem);
            }
        }
        catch (OperationCanceledException) when (call.Cancelled.IsCancellationRequested)
        {
            // Cancelled by the client: settled already. Otherwise the bridge ends, and whoever still reads should know.
            await answers.FailAsync(call, new Problem(ProblemCode.Unavailable, "The bridge ended before the answer came. It is not known whether the request ran."));
        }
        catch (IOException)
        {
            await answers.FailAsync(call, ReplyReader.Broken());
        }
        catch (Exception failure)
        {
            // A fault of the bridge: the one request fails, and is answered.
            diagnostics.Note($"a request failed in the bridge ({failure.GetType().Name})");
            await answers.FailAsync(call, Problem.Internal());
        }
        finally
        {
            calls.Remove(call);
            call.Dispose();
        }
    }

    public void Dispose()
    {
        _inFlight.Dispose();
        _subscriptions.Dispose();
    }

    private async Task<Problem?> RunInPlaceAsync(Call call, Task ready)
    {
        var subscribes = call is { IsModern: true, Request.Method: Subscription.Method };
        var places = subscribes ? _subscriptions : _inFlight;
        if (subscribes && !await places.WaitAsync(0, lifetime))
        {
            return new Problem(ProblemCode.RateLimited, $"The bridge keeps {options.Subscriptions} subscriptions at once.");
        }

        if (!subscribes)
        {
            await places.WaitAsync(call.Cancelled);
        }

        try
        {
            if (!call.IsModern)
            {
                await ready.WaitAsync(call.Cancelled);
            }

            call.IsSent = true;
            return subscribes ? await subscription().RunAsync(call) : await RunPatientlyAsync(call);
        }
        finally
        {
            places.Release();
        }
    }

    private async Task<Problem?> RunPatientlyAsync(Call call)
    {
        using var patience = new Patience(options.Silence, clock, call.Cancelled);
        try
        {
            return await (call.IsModern ? modern.RunAsync(call, patience) : legacy.RunAsync(call, patience));
        }
        catch (OperationCanceledException) when (patience.IsOver && !call.Cancelled.IsCancellationRequested)
        {
            return new Problem(ProblemCode.Timeout, $"The endpoint was silent for {options.Silence.TotalSeconds:0} s. It is not known whether the request ran.");
        }
    }
}
