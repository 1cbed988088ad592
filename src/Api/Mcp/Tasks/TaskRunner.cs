using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Mcp.Backends;

namespace Platform.Api.Mcp.Tasks;

/// <summary>
/// Runs tasks on this node. A task exists durably before its client hears of it, and what becomes of it is stored in its grain, where every node reads
/// it; when this node is lost, the grain notices its silence and the task has failed.
/// </summary>
internal sealed partial class TaskRunner(TenantGrains grains, ToolStanding standing, AuditTrail audit, TimeProvider clock, ILogger<TaskRunner> logger) : IHostedService, IDisposable
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int IdLength = 32;

    /// <summary>Tasks that one tenant may have under way on a node.</summary>
    private const int MaxPerTenant = 200;

    private readonly ConcurrentDictionary<TenantId, int> _running = new();
    private readonly ConcurrentDictionary<string, Task> _tasks = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Whether a client's text can be a task's id at all.</summary>
    public static bool IsId(string? id) => id is { Length: IdLength } && id.All(char.IsAsciiLetterOrDigit);

    public async ValueTask<Result<McpResult>> StartAsync(McpRequest request, string tool, TaskWork work)
    {
        var tenant = request.Tenant.Id;
        if (_running.AddOrUpdate(tenant, 1, static (_, count) => count + 1) > MaxPerTenant)
        {
            Leave(tenant);
            return new Problem(ProblemCode.QuotaExceeded, $"This tenant has {MaxPerTenant} tasks under way; wait for one to end.") { RetryAfter = work.PollInterval };
        }

        var id = RandomNumberGenerator.GetString(Alphabet, IdLength);
        var caller = request.Caller.Caller;
        Result<McpTaskView> made;
        try
        {
            made = await grains.For(tenant).Get<IMcpTaskGrain>(id).CreateAsync(new CreateMcpTask(tool, work.Ttl, work.PollInterval), caller);
        }
        catch
        {
            Leave(tenant);
            throw;
        }

        if (!made.Try(out var view, out var refused))
        {
            Leave(tenant);
            return refused;
        }

        // The work outlives the request: it must not run in its scope, nor be cancelled with it.
        using (ExecutionContext.SuppressFlow())
        {
            _tasks[id] = Task.Run(() => RunAsync(tenant, request.Tenant.Slug, id, tool, work, caller, request.Exchange.NewEntry()));
        }

        return new TaskCreated(view);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What still runs is cancelled and recorded as failed, before the silo and the trail stop.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_tasks.Values).WaitAsync(cancellationToken);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(TenantId tenant, string slug, string id, string tool, TaskWork work, Abstractions.Identity.Caller caller, AuditEntry entry)
    {
        (entry.Tenant, entry.Caller, entry.Class, entry.Action, entry.Target, entry.Ran) = (tenant, caller, AuditClass.ToolExecution, "tasks/run", tool, true);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        end.CancelAfter(work.Ttl);
        var context = new DurableTask(grains, tenant, id, caller);
        try
        {
            // Its heartbeat, and how it hears of its cancellation.
            var watch = Task.WhenAll(WatchAsync(context, end), StandAsync(slug, tool, end));
            Result<McpResult> ran;
            try
            {
                ran = await work.RunAsync(context, end.Token).AsTask().WaitAsync(end.Token);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                entry.Cancel();
                await context.FinishAsync(McpTaskStatus.Failed, "The task was ended before it was done.", Error(Problem.Internal(), entry.Correlation));
                return;
            }
            catch (Exception failure)
            {
                Log.Failed(logger, failure, entry.Correlation);
                ran = Problem.Of(failure);
            }
            finally
            {
                await end.CancelAsync();
                await watch;
            }

            if (!ran.Try(out var result, out var failed))
            {
                entry.Fail(failed.Code);
                await context.FinishAsync(McpTaskStatus.Failed, failed.Detail, Error(failed, entry.Correlation));
                return;
            }

            using var body = new PooledBuffer();
            McpReply.WriteResult(body, result, McpEra.Legacy);
            await context.FinishAsync(McpTaskStatus.Completed, null, body.Written.ToArray());
            if (result.Fault is { } fault)
            {
                entry.Fail(fault);
            }
            else
            {
                entry.Succeed();
            }
        }
        catch (Exception failure)
        {
            Log.Failed(logger, failure, entry.Correlation);
        }
        finally
        {
            _tasks.TryRemove(id, out _);
            Leave(tenant);
            await WriteAsync(entry);
        }
    }

    private async Task WatchAsync(DurableTask context, CancellationTokenSource end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                if (await context.IsOverAsync().WaitAsync(end.Token))
                {
                    await end.CancelAsync();
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(500), clock, end.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception failure)
            {
                // A silo that is lost comes back elsewhere; the work goes on meanwhile.
                Log.Unreachable(logger, failure);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, CancellationToken.None);
            }
        }
    }

    /// <summary>Ends work that may not go on: the gate let it in a while ago.</summary>
    private async Task StandAsync(string slug, string tool, CancellationTokenSource end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(1), clock, end.Token);
                if (await standing.CheckAsync(slug, tool).AsTask().WaitAsync(end.Token) is not null)
                {
                    await end.CancelAsync();
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception failure)
            {
                Log.Unreachable(logger, failure);
            }
        }
    }

    private async Task WriteAsync(AuditEntry entry)
    {
        try
        {
            await audit.WriteAsync(entry, AuditMode.Durable);
        }
        catch (AuditUnavailableException failure)
        {
            // The event is kept and stored when the trail works again.
            Log.NotAudited(logger, failure, entry.Correlation);
        }
    }

    private void Leave(TenantId tenant) => _running.AddOrUpdate(tenant, 0, static (_, count) => Math.Max(0, count - 1));

    private static byte[] Error(Problem problem, string correlation)
    {
        var row = ProblemCatalogue.Row(problem.Code);
        using var body = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteNumber("code"u8, row.JsonRpcCode);
            writer.WriteString("message"u8, problem.Detail);
            writer.WriteStartObject("data"u8);
            writer.WriteString("code"u8, row.Slug);
            writer.WriteString("correlation"u8, correlation);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return body.Written.ToArray();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "McpTaskFailed", Level = LogLevel.Error, Message = "A task failed; correlation {Correlation}.")]
        public static partial void Failed(ILogger logger, Exception failure, string correlation);

        [LoggerMessage(EventId = 2, EventName = "McpTaskGrainUnreachable", Level = LogLevel.Warning, Message = "A task's grain could not be asked; it is asked again.")]
        public static partial void Unreachable(ILogger logger, Exception failure);

        [LoggerMessage(EventId = 3, EventName = "McpTaskNotAudited", Level = LogLevel.Error, Message = "The end of a task could not be audited yet; correlation {Correlation}.")]
        public static partial void NotAudited(ILogger logger, Exception failure, string correlation);
    }
}
