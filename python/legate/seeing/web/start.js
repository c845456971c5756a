// Opens the page.
async function main() {
  $("program").textContent = $("program").title = meta.program;
  showSide();
  open(await unpack());
  arrange();
  listen();
  setView(0, total);
  showDetail();
  draw();
  document.documentElement.dataset.ready = "yes";
}
main().catch(error => { $("detail").textContent = "This page could not be opened: " + error; throw error; });
