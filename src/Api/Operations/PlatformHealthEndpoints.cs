using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Operations;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Api.Management;

namespace Platform.Api.Operations;

/// <summary>How the platform itself is, for operators: its silos, what is active on them, what is stored, and whether the trails are watched and sent on.</summary>
internal static class PlatformHealthEndpoints
{
    private const string Area = "platform-health";

    private static readonly Problem Late = new(ProblemCode.Unavailable, "The silos did not answer in time.");

    public static void MapPlatformHealth(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/platform/silos", Silos).Needs("platform-health/silos", Area, "read")
            .AnswersList<SiloView>("Lists the silos of the cluster and what they have to do.");
        v1.MapGet("/platform/grains", Grains).Needs("platform-health/grains", Area, "read")
            .AnswersList<GrainCount>("Counts the grains in memory by kind. Names no tenant.");
        v1.MapGet("/platform/storage", Storage).Needs("platform-health/storage", Area, "read")
            .Answers<StorageView>("Tells what is stored where, and the room that is left.");
        v1.MapGet("/platform/audit-health", Audit).Needs("platform-health/audit", Area, "read")
            .Answers<AuditHealthView>("Tells whether trails are watched, witnessed and sent on.");
    }

    private static async Task<IResult> Silos(TenantGrains grains)
    {
        try
        {
            return Answer.All(await ClusterHealth.SilosAsync(grains));
        }
        catch (Exception failure) when (failure is TimeoutException or OrleansException)
        {
            return Answer.Refused(Late);
        }
    }

    private static async Task<IResult> Grains(TenantGrains grains)
    {
        try
        {
            return Answer.All(await ClusterHealth.GrainsAsync(grains));
        }
        catch (Exception failure) when (failure is TimeoutException or OrleansException)
        {
            return Answer.Refused(Late);
        }
    }

    private static async Task<IResult> Storage(IProcessHealth process, CancellationToken cancel) => Results.Ok(await process.StorageAsync(cancel));

    private static IResult Audit(IProcessHealth process) => Results.Ok(process.Audit());
}
