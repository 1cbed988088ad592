using Microsoft.Extensions.Logging;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Management;

namespace Platform.Api.Configurations;

/// <summary>Makes changes one after another, each on record as if it had come by its own route: before it runs, and with its outcome.</summary>
internal sealed partial class ConfigurationRun(AuditTrail audit, TimeProvider clock, ILogger<ConfigurationRun> logger)
{
    public async Task<ConfigurationChange> ApplyAsync(PlannedChange change, string owner, ManagementExchange exchange)
    {
        foreach (var step in change.Steps)
        {
            var entry = EntryOf(change, step, owner, exchange);
            entry.Ran = true;
            await IntendAsync(entry);
            var refused = await RunAsync(step, entry);
            if (refused is null)
            {
                entry.Succeed();
            }
            else
            {
                entry.Fail(refused.Code);
            }

            await audit.WriteAsync(entry, AuditMode.Durable);
            if (refused is not null)
            {
                return change.Told(ConfigurationOutcome.Failed, ProblemBody.Of(refused, entry.Correlation));
            }
        }

        return change.Told(ConfigurationOutcome.Applied);
    }

    /// <summary>Leaves a change to whoever may make it: that it was refused is on record, too.</summary>
    public async Task<ConfigurationChange> RefuseAsync(PlannedChange change, string owner, ManagementExchange exchange, Problem refused)
    {
        foreach (var step in change.Steps)
        {
            var entry = EntryOf(change, step, owner, exchange);
            entry.Fail(refused.Code);
            await audit.WriteAsync(entry, AuditMode.Durable);
        }

        return change.Told(ConfigurationOutcome.Failed, ProblemBody.Of(refused, exchange.Entry.Correlation));
    }

    private AuditEntry EntryOf(PlannedChange change, ChangeStep step, string owner, ManagementExchange exchange) => new(clock, "rest", exchange.Entry.Address)
    {
        Class = AuditClass.Administration,
        Tenant = exchange.Entry.Tenant,
        Caller = exchange.Caller,
        Action = step.Operation,
        Target = change.Name is null ? owner : $"{owner}/{change.Name}",
        Changes = step.Tells ? change.Recorded : null,
    };

    /// <summary>What cannot be put on record is not begun, nor is what comes after it.</summary>
    private async Task IntendAsync(AuditEntry entry)
    {
        try
        {
            await audit.IntendAsync(entry);
        }
        catch (AuditUnavailableException)
        {
            // The intent may be stored after all: its outcome says that nothing ran.
            entry.Fail(ProblemCode.Unavailable);
            await audit.WriteAsync(entry, AuditMode.Durable);
            throw;
        }
    }

    /// <summary>What breaks one change does not keep the others from being made.</summary>
    private async Task<Problem?> RunAsync(ChangeStep step, AuditEntry entry)
    {
        try
        {
            return await step.RunAsync();
        }
        catch (Exception failure)
        {
            Log.Failed(logger, failure, step.Operation, entry.Correlation);
            return Problem.Of(failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ConfigurationChangeFailed", Level = LogLevel.Error, Message = "{Operation} of a configuration failed; correlation {Correlation}.")]
        public static partial void Failed(ILogger logger, Exception failure, string operation, string correlation);
    }
}
