// The baseline of the scenario "start": ASP.NET Core with an Orleans silo and nothing of ours. It listens where its one argument says.
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.UseOrleans(silo => silo.UseLocalhostClustering(siloPort: 11111, gatewayPort: 0));
WebApplication app = builder.Build();
app.MapGet("/health/ready", () => "ready");
app.Run(args[0]);
