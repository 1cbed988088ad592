using System.Reflection;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Audit;
using Platform.Abstractions.HttpsResources;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.ClientCertificates;
using Platform.Abstractions.Deletions;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Keys;
using Platform.Abstractions.PersonalData;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Resources;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Webhooks;
using Platform.Api.Admission;
using Platform.Api.Alerts;
using Platform.Api.Alerts.Signals;
using Platform.Api.Audit;
using Platform.Api.Authentication;
using Platform.Api.Authentication.Tokens;
using Platform.Api.Catalogue;
using Platform.Api.Changes;
using Platform.Api.Deletions;
using Platform.Api.Files;
using Platform.Api.HttpsResources;
using Platform.Api.IdentityProviders;
using Platform.Api.Incidents;
using Platform.Api.ClientCertificates;
using Platform.Api.Configurations;
using Platform.Api.Keys;
using Platform.Api.Logins;
using Platform.Api.Mail;
using Platform.Api.Management;
using Platform.Api.Mcp;
using Platform.Api.Mcp.Backends;
using Platform.Api.Mcp.BuiltIn;
using Platform.Api.Mcp.Handles;
using Platform.Api.Mcp.Inputs;
using Platform.Api.Mcp.Legacy;
using Platform.Api.Mcp.Methods;
using Platform.Api.Mcp.Sockets;
using Platform.Api.Mcp.Subscriptions;
using Platform.Api.Mcp.Tasks;
using Platform.Api.Mcp.Transports;
using Platform.Api.OpenApi;
using Platform.Api.Operations;
using Platform.Api.OAuth.Clients;
using Platform.Api.OAuth.Server;
using Platform.Api.PersonalData;
using Platform.Api.Principals;
using Platform.Api.Outbound;
using Platform.Api.RateLimits;
using Platform.Api.Resources;
using Platform.Api.RateLimits.Policies;
using Platform.Api.Roles;
using Platform.Api.Secrets;
using Platform.Api.Security;
using Platform.Api.Sessions;
using Platform.Api.Sessions.Oidc;
using Platform.Api.SigningKeys;
using Platform.Api.Tenants;
using Platform.Api.Webhooks;
using Platform.Hosting.Listeners;

namespace Platform.Api;

/// <summary>The front end: MCP on the data listener, REST on the management listener. It holds no grain code, no pepper and no vault.</summary>
public static class ApiRole
{
    public static IServiceCollection AddApiRole(this IServiceCollection services, Action<ApiOptions> configure)
    {
        services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new TenantGrains(provider.GetRequiredService<IGrainFactory>()));
        services.AddSingleton<TenantCache>();
        services.AddSingleton<KnownHosts>();
        services.AddSingleton<HostDirectory>();
        services.AddSingleton<ProxyHeaders>();
        services.AddSingleton<SecurityText>();
        services.AddSingleton<KnownKeys>();
        services.AddSingleton<NewKeys>();
        services.AddSingleton<KeyOwners>();
        services.AddSingleton<PermissionSets>();
        services.AddRateLimits();
        services.AddSingleton<CallerCache>();
        services.AddAccessTokens();
        services.AddSingleton(new OutboundPolicy());
        services.AddSingleton<DocumentFetcher>();
        services.AddSingleton<WebhookTargets>();
        services.AddSingleton<ResourceFetcher>();
        services.AddSingleton<CertificateTrustCache>();
        services.AddSingleton<CertificateCallers>();
        services.AddSingleton<SignalCounters>();
        services.AddSingleton<TenantTelemetry>();
        services.AddHostedService<SignalReporter>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<IdempotentRequests>();
        services.AddSingleton<OutcomeRecord>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditTrail>());
        services.AddHostedService<ChangeListener>();
        services.AddOAuthServer();
        AddMcp(services);
        AddManagement(services);
        return services;
    }

    /// <summary>Ends every request of the data listener.</summary>
    public static RequestDelegate DataPlane(IServiceProvider services) => services.GetRequiredService<DataPlane>().HandleAsync;

    /// <summary>Guards <c>/v1</c>: put it between routing and the endpoints.</summary>
    public static IApplicationBuilder UseManagementGate(this IApplicationBuilder app)
    {
        var gate = app.ApplicationServices.GetRequiredService<ManagementGate>();
        return app.Use((http, next) => http.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase) ? gate.HandleAsync(http, next) : next(http));
    }

    public static void MapManagementApi(this IEndpointRouteBuilder endpoints)
    {
        SecurityText.Map(endpoints, endpoints.ServiceProvider.GetRequiredService<SecurityText>());
        var v1 = endpoints.MapGroup("/v1");
        v1.AddEndpointFilter(endpoints.ServiceProvider.GetRequiredService<ManagementGate>().AuditAsync);
        v1.AddEndpointFilter(endpoints.ServiceProvider.GetRequiredService<IncidentRecorder>().RecordAsync);

        // Routing would answer a wrong media type with an endpoint of its own, which no operation belongs to: binding refuses it, behind the gate.
        ((IEndpointConventionBuilder)v1).Finally(static endpoint =>
        {
            foreach (var accepts in endpoint.Metadata.OfType<IAcceptsMetadata>().ToArray())
            {
                endpoint.Metadata.Remove(accepts);
                if (accepts.RequestType is { } body)
                {
                    endpoint.Metadata.Add(new JsonBody(body, accepts.IsOptional));
                }
            }

            if (endpoint is RouteEndpointBuilder { RoutePattern: var path } && endpoint.Metadata.OfType<MethodInfo>().LastOrDefault() is { } handler)
            {
                endpoint.Metadata.Add(RouteQuery.Of(handler, path, endpoint.Metadata));
            }
        });
        v1.MapSessions();
        v1.MapOidcSignIn();
        v1.MapSessionLists();
        v1.MapLogins();
        v1.MapTenants();
        v1.MapDeletions();
        v1.MapDeletionRecords();
        v1.MapOperations();
        v1.MapPlatformHealth();
        v1.MapResume();
        v1.MapContainment();
        v1.MapTokenRevocation();
        v1.MapIncidents();
        v1.MapEvidence();
        v1.MapHosts();
        v1.MapKeys();
        v1.MapRateLimits();
        v1.MapRateLimitPlans();
        v1.MapTenantPlans();
        v1.MapSigningKeys();
        v1.MapSecrets();
        v1.MapIdentityProviders();
        v1.MapOAuthClients();
        v1.MapClientCertificates();
        v1.MapRoles();
        v1.MapPrincipals();
        v1.MapPersonalData();
        v1.MapCatalogue();
        v1.MapFiles();
        v1.MapMemory();
        v1.MapHttpsHosts();
        v1.MapAudit();
        v1.MapAlerts();
        v1.MapWebhooks();
        v1.MapMetrics();
        v1.MapConfigurations();
        v1.MapOpenApi();
        endpoints.MapReference();
    }

    private static void AddMcp(IServiceCollection services)
    {
        services.AddSingleton<DataPlane>();
        services.AddSingleton<KeySetDocument>();
        services.AddSingleton<StreamableHttp>();
        services.AddSingleton<ListeningStream>();
        services.AddSingleton<WebSocketEndpoint>();
        services.AddSingleton<HandshakeChecks>();
        services.AddSingleton<SocketTickets>();
        services.AddSingleton<SocketServices>();
        services.AddSingleton<OpenSockets>();
        services.AddSingleton<HttpServices>();
        services.AddSingleton<McpCredentials>();
        services.AddSingleton<McpGate>();
        services.AddSingleton<McpNode>();
        services.AddSingleton<LegacySessions>();
        services.AddSingleton<HandleSealer>();
        services.AddSingleton<Cursors>();
        services.AddSingleton<InputRounds>();
        services.AddSingleton<StreamSlots>();
        services.AddSingleton<CatalogueHub>();
        services.AddHostedService(provider => provider.GetRequiredService<CatalogueHub>());
        services.AddSingleton<ToolStanding>();
        services.AddSingleton<TaskRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<TaskRunner>());
        services.AddSingleton<McpCatalogues>();
        services.AddSingleton<MemoryListing>();
        services.AddSingleton<MemoryTools>();
        services.AddSingleton<IMcpBackend, EchoBackend>();
        services.AddSingleton<IMcpBackend, MemoryBackend>();
        services.AddSingleton<IMcpBackend, MemoryPrompts>();
        services.AddSingleton<IMcpBackend, FileBackend>();
        services.AddSingleton<IMcpBackend, HttpsBackend>();
        AddMethods(services);
    }

    private static void AddMethods(IServiceCollection services)
    {
        services.AddSingleton<McpMethods>();
        services.AddSingleton<IMcpMethod, Discover>();
        services.AddSingleton<IMcpMethod, Initialize>();
        services.AddSingleton<IMcpMethod, Ping>();
        services.AddSingleton<IMcpMethod, ToolsList>();
        services.AddSingleton<IMcpMethod, ToolsCall>();
        services.AddSingleton<IMcpMethod, ResourcesList>();
        services.AddSingleton<IMcpMethod, ResourcesTemplatesList>();
        services.AddSingleton<IMcpMethod, ResourcesRead>();
        services.AddSingleton<IMcpMethod, ResourcesSubscribe>();
        services.AddSingleton<IMcpMethod, ResourcesUnsubscribe>();
        services.AddSingleton<IMcpMethod, PromptsList>();
        services.AddSingleton<IMcpMethod, PromptsGet>();
        services.AddSingleton<IMcpMethod, CompletionComplete>();
        services.AddSingleton<IMcpMethod, LoggingSetLevel>();
        services.AddSingleton<IMcpMethod, SubscriptionsListen>();
        services.AddSingleton<IMcpMethod, TasksGet>();
        services.AddSingleton<IMcpMethod, TasksUpdate>();
        services.AddSingleton<IMcpMethod, TasksCancel>();
    }

    private static void AddManagement(IServiceCollection services)
    {
        services.AddSingleton<ITenantCallers, TenantCallers>();
        services.AddSingleton<FileTransfers>();
        services.AddSingleton<FileListing>();
        services.AddSingleton<UnknownRoute>();
        services.AddSingleton<ManagementGate>();
        services.AddSingleton<PageTokens>();
        services.AddSingleton<LateBodies>();
        services.AddSingleton<SignInGate>();
        services.AddSingleton<MailSender>();
        services.AddSingleton<InvitationDesk>();
        services.AddSingleton<OidcGate>();
        services.AddSingleton<CodeRedemption>();
        services.AddSingleton<IdTokenJudge>();
        services.AddSingleton<OidcSignIn>();
        services.AddSingleton<ProviderInspector>();
        services.TryAddSingleton<ClientAddressSeal>();
        services.AddSingleton<TenantReach>();
        services.AddSingleton<RateUsage>();
        services.AddSingleton<ApiDescription>();
        services.AddSingleton<IValidator<LookUpAuditValue>, LookUpAuditValueValidator>();
        services.AddSingleton<IValidator<AcceptAuditFinding>, AcceptAuditFindingValidator>();
        services.AddSingleton<IValidator<SetAuditRetention>, SetAuditRetentionValidator>();
        services.AddSingleton<IValidator<PlaceAuditHold>, PlaceAuditHoldValidator>();
        services.AddSingleton<PolicyJudge>();
        services.AddConfigurations();
        services.AddSingleton<IValidator<RateLimitPolicy>, RateLimitPolicyValidator>();
        services.AddSingleton<IValidator<RateLimitPlan>, RateLimitPlanValidator>();
        services.AddSingleton<IValidator<AssignRateLimitPlan>, AssignRateLimitPlanValidator>();
        services.AddSingleton<AuditTail>();
        services.AddSingleton<CredentialSweep>();
        services.AddSingleton<ContainmentRunner>();
        services.AddSingleton<IncidentRecorder>();
        services.AddSingleton<ManagedRequests>();
        services.AddSingleton<OthersRights>();
        services.AddSingleton<IValidator<SendMcp>, SendMcpValidator>();
        services.Configure<JsonOptions>(json => ManagementJson.Configure(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);

        // FluentValidation names members as C# does; clients know them by their JSON names, in the key and in the sentence.
        ValidatorOptions.Global.PropertyNameResolver = (_, member, _) => member is null ? null : System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(member.Name);
        ValidatorOptions.Global.DisplayNameResolver = ValidatorOptions.Global.PropertyNameResolver;
        services.AddSingleton<IValidator<CreateTenant>, CreateTenantValidator>();
        services.AddSingleton<IValidator<TenantSettings>, TenantSettingsValidator>();
        services.AddSingleton<IValidator<SuspendTenant>, SuspendTenantValidator>();
        services.AddSingleton<IValidator<PurgeTenant>, PurgeTenantValidator>();
        services.AddSingleton<IValidator<ErasePrincipal>, ErasePrincipalValidator>();
        services.AddSingleton<IValidator<MakeReadOnly>, MakeReadOnlyValidator>();
        services.AddSingleton<IValidator<QuarantineEntry>, QuarantineEntryValidator>();
        services.AddSingleton<IValidator<RevokeCredentials>, RevokeCredentialsValidator>();
        services.AddSingleton<IValidator<RevokeToken>, RevokeTokenValidator>();
        services.AddSingleton<IValidator<OpenIncident>, OpenIncidentValidator>();
        services.AddSingleton<IValidator<EditIncident>, EditIncidentValidator>();
        services.AddSingleton<IValidator<AdvanceIncident>, AdvanceIncidentValidator>();
        services.AddSingleton<IValidator<CloseIncident>, CloseIncidentValidator>();
        services.AddSingleton<IValidator<ReopenIncident>, ReopenIncidentValidator>();
        services.AddSingleton<IValidator<ContainIncident>, ContainIncidentValidator>();
        services.AddSingleton<IValidator<AddTimelineNote>, AddTimelineNoteValidator>();
        services.AddSingleton<IValidator<ExportEvidence>, ExportEvidenceValidator>();
        services.AddSingleton<IValidator<AddTenantHost>, AddTenantHostValidator>();
        services.AddSingleton<IValidator<IssueKey>, IssueKeyValidator>();
        services.AddSingleton<IValidator<CreateRole>, CreateRoleValidator>();
        services.AddSingleton<IValidator<ReplaceRole>, ReplaceRoleValidator>();
        services.AddSingleton<IValidator<TestPermissions>, TestPermissionsValidator>();
        services.AddSingleton<IValidator<AddPrincipal>, AddPrincipalValidator>();
        services.AddSingleton<IValidator<SetRoles>, SetRolesValidator>();
        services.AddSingleton<IValidator<RenamePrincipal>, RenamePrincipalValidator>();
        services.AddSingleton<IValidator<BlockPrincipal>, BlockPrincipalValidator>();
        services.AddSingleton<IValidator<ElevatePrincipal>, ElevatePrincipalValidator>();
        services.AddSingleton<IValidator<ExtendMemory>, ExtendMemoryValidator>();
        services.AddSingleton<IValidator<PutHttpsHost>, PutHttpsHostValidator>();
        services.AddSingleton<IValidator<RotateKey>, RotateKeyValidator>();
        services.AddSingleton<IValidator<RevokeKeys>, RevokeKeysValidator>();
        services.AddSingleton<IValidator<KeyPolicy>, KeyPolicyValidator>();
        services.AddSingleton<IValidator<PutIdentityProvider>, PutIdentityProviderValidator>();
        services.AddSingleton<IValidator<RotateSigningKeys>, RotateSigningKeysValidator>();
        services.AddSingleton<IValidator<RegisterClientCertificate>, RegisterClientCertificateValidator>();
        services.AddSingleton<IValidator<SetRevocationList>, SetRevocationListValidator>();
        services.AddSingleton<IValidator<Bootstrap>, BootstrapValidator>();
        services.AddSingleton<IValidator<SignIn>, SignInValidator>();
        services.AddSingleton<IValidator<BeginOidc>, BeginOidcValidator>();
        services.AddSingleton<IValidator<CompleteOidc>, CompleteOidcValidator>();
        services.AddSingleton<IValidator<AcceptInvitation>, AcceptInvitationValidator>();
        services.AddSingleton<IValidator<ChangePassword>, ChangePasswordValidator>();
        services.AddSingleton<IValidator<EnrolTotp>, EnrolTotpValidator>();
        services.AddSingleton<IValidator<ConfirmTotp>, ConfirmTotpValidator>();
        services.AddSingleton<IValidator<DisableTotp>, DisableTotpValidator>();
        services.AddSingleton<IValidator<LoginPolicy>, LoginPolicyValidator>();
        services.AddSingleton<IValidator<PutAlertRule>, PutAlertRuleValidator>();
        services.AddSingleton<IValidator<BackTestPeriod>, BackTestPeriodValidator>();
        services.AddSingleton<IValidator<BackTestNewRule>, BackTestNewRuleValidator>();
        services.AddSingleton<IValidator<SilenceAlertRule>, SilenceAlertRuleValidator>();
        services.AddSingleton<IValidator<PutWebhook>, PutWebhookValidator>();
        services.AddSingleton<IValidator<RotateWebhookSecret>, RotateWebhookSecretValidator>();
    }
}
