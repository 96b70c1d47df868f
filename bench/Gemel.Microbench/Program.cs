using BenchmarkDotNet.Running;
using Gemel.Microbench;

if (args is ["cpu"])
{
    CpuTime.Print();
    return;
}
BenchmarkSwitcher.FromAssembly(typeof(CpuTime).Assembly).Run(args);
