using System.Reflection;
using System.Text;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Tenancy;

/// <summary>
/// Refuses a grain call whose caller belongs to another tenant than the grain (AZ-4). A grain's tenant is in its key; a client's is in the
/// request context, where authentication put it; nothing else counts. Denies by default.
/// </summary>
internal sealed partial class TenantCallFilter(ILogger<TenantCallFilter> logger) : IIncomingGrainCallFilter
{
    private static readonly Assembly Contracts = typeof(TenantId).Assembly;

    public Task Invoke(IIncomingGrainCallContext context)
    {
        var contract = context.Request.GetInterfaceType();
        if (contract.Assembly != Contracts)
        {
            return IsRuntime(contract) ? context.Invoke() : throw Refuse(context, "an interface nobody listed");
        }

        if (typeof(IGrainObserver).IsAssignableFrom(contract))
        {
            return context.Invoke();
        }

        var target = context.TargetId.Key.AsSpan();
        if (context.SourceId is { } source && !source.IsClient() && !source.IsSystemTarget())
        {
            var from = TenantOf(source.Key.AsSpan());
            return SameTenant(target, from) || IsOpen(contract, target, from)
                ? context.Invoke()
                : throw Refuse(context, "another tenant's grain");
        }

        // Text that is no tenant's id is nobody, even when a key begins with it.
        if (TenantScope.Current is { } scope && TenantId.TryParse(scope, out _) && Ascii.Equals(TenantOf(target), scope))
        {
            return context.Invoke();
        }

        throw Refuse(context, "another tenant, or none");
    }

    /// <summary>The runtime's own calls: reminders, extensions such as cancellation, and the management of observers.</summary>
    private static bool IsRuntime(Type contract) =>
        contract.Assembly.GetName().Name is { } name && name.StartsWith("Orleans.", StringComparison.Ordinal);

    private static bool IsOpen(Type contract, ReadOnlySpan<byte> target, ReadOnlySpan<byte> from)
    {
        if (contract.IsDefined(typeof(OpenToTenantGrainsAttribute)))
        {
            return TenantOf(target).SequenceEqual("_sys"u8);
        }

        return contract.IsDefined(typeof(OpenToPlatformGrainsAttribute)) && from.SequenceEqual("_sys"u8);
    }

    private static ReadOnlySpan<byte> TenantOf(ReadOnlySpan<byte> key)
    {
        var slash = key.IndexOf((byte)'/');
        return slash < 0 ? key : key[..slash];
    }

    private static bool SameTenant(ReadOnlySpan<byte> key, ReadOnlySpan<byte> tenant) => tenant.Length > 0 && TenantOf(key).SequenceEqual(tenant);

    private TenantAccessException Refuse(IIncomingGrainCallContext context, string caller)
    {
        Log.Refused(logger, context.InterfaceName, context.MethodName, caller);
        return new TenantAccessException();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "TenantCallRefused", Level = LogLevel.Error, Message = "Refused {Interface}.{Method}: the caller is {Caller}.")]
        public static partial void Refused(ILogger logger, string @interface, string method, string caller);
    }
}
