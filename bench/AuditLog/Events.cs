using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;

namespace Platform.Bench.AuditLog;

/// <summary>Entries as the gate makes them, of a thousand principals; one in a hundred is refused.</summary>
internal static class Events
{
    public const int Principals = 1_000;

    public static AuditEntry Entry(TenantId tenant, int number, TimeProvider clock)
    {
        var entry = new AuditEntry(clock, "http", "127.0.0.1")
        {
            Tenant = tenant,
            Class = AuditClass.ToolExecution,
            Action = number % 5 == 0 ? "resources/read" : "tools/call",
            Target = "memory_set",
            Caller = new Caller(tenant, PrincipalOf(number % Principals), "k_0123456789abcdef"),
        };
        entry.Succeed();
        if (number % 100 == 99)
        {
            entry.Fail(ProblemCode.RateLimited);
        }

        return entry;
    }

    public static AuditEvent Sealed(TenantId tenant, int number, TimeProvider clock) => Entry(tenant, number, clock).Seal();

    public static string PrincipalOf(int number) => $"user-{number:D4}";
}
